"""Soft checks: each asks about the household it should, and about no other."""

from pathlib import Path

import pytest

from exitcase.core import clock, journal
from exitcase.core.choices import Item
from exitcase.core.rules_read import parse
from households import checks
from households.documents import income_sheets
from households.models import Household, HouseholdYear, Measure, Member
from households.services import ItemSpec, import_register, record_income
from tests.households.conftest import register

pytestmark = pytest.mark.django_db
YEAR = 2020
PLANS = Path(__file__).parents[2] / "fixtures" / "programmes"


@pytest.fixture(scope="module")
def rules():
    house = (PLANS / "house.toml").read_text("utf-8")
    return parse((PLANS / "nanyue-2020.toml").read_text("utf-8"), house, file="x")


@pytest.fixture
def home(regions) -> Household:
    """The first household of three, where every household is past doubt."""
    import_register(register(60, seed=12), year=YEAR)
    Member.objects.update(schooling="primary", insured=True)
    Household.objects.update(helper_name="")
    for record in HouseholdYear.objects.all():
        record.net_fen = record.persons * 800_000
        record.house_grade, record.water_distance_m = 2, 10
        record.save()
    return Household.objects.filter(persons=3).order_by("pk")[0]


def asked(rules) -> set[tuple[str, int]]:
    found = checks.ask_all(Household.objects.all(), YEAR, rules)
    return {(doubt.key, doubt.household) for doubt in found}


def year_of(home: Household, **changes) -> None:
    HouseholdYear.objects.filter(household=home, year=YEAR).update(**changes)


def test_nothing_is_asked_where_nothing_is_doubtful(home, rules) -> None:
    assert asked(rules) == set()


@pytest.mark.parametrize(
    ("net_fen", "is_asked"),
    [(1_200_000, False), (1_200_001, True), (1_260_000, True), (1_260_001, False)],
)
def test_near_the_line(home, rules, net_fen, is_asked) -> None:
    HouseholdYear.objects.update(net_fen=None)
    year_of(home, net_fen=net_fen)
    assert asked(rules) == ({("near_line", home.pk)} if is_asked else set())


def test_same_income_as_last_year(home, rules) -> None:
    HouseholdYear.objects.create(household=home, year=YEAR - 1, net_fen=2_400_000)
    assert asked(rules) == {("same_income", home.pk)}
    HouseholdYear.objects.filter(year=YEAR - 1).update(net_fen=2_400_001)
    assert asked(rules) == set()


def test_unsafe_house_without_repair(home, rules) -> None:
    record = HouseholdYear.objects.get(household=home, year=YEAR)
    record.measure_rows.all().delete()
    year_of(home, house_grade=3)
    assert asked(rules) == {("unsafe_house", home.pk)}
    Measure.objects.create(record=record, kind="house_repair")
    assert asked(rules) == set()


@pytest.mark.parametrize(
    ("born", "is_asked"),
    [("2014-09-02", False), ("2014-09-01", True), ("2004-09-02", True), ("2004-09-01", False)],
)
def test_child_out_of_school(home, rules, born, is_asked) -> None:
    home.members.filter(relation="02").update(schooling="none", born=born)
    assert asked(rules) == ({("out_of_school", home.pk)} if is_asked else set())


def test_who_has_left_is_not_asked_about(home, rules) -> None:
    home.members.filter(relation="10").update(insured=False)
    assert asked(rules) == {("uninsured", home.pk)}
    home.members.filter(relation="10").update(left_on=clock.today())
    assert asked(rules) == set()


def test_far_water(home, rules) -> None:
    year_of(home, water_distance_m=1000)
    assert asked(rules) == set()
    year_of(home, water_distance_m=1001)
    assert asked(rules) == {("far_water", home.pk)}


def test_helper_of_more_than_five(home, rules) -> None:
    keys = list(Household.objects.order_by("pk").values_list("pk", flat=True)[:6])
    Household.objects.filter(pk__in=keys[:5]).update(helper_name="李四")
    assert asked(rules) == set()
    Household.objects.filter(pk__in=keys).update(helper_name="李四")
    helper = {(key, pk) for key, pk in asked(rules) if key == "helper_load"}
    assert helper == {("helper_load", key) for key in keys}


def test_duplicate_number(home, rules) -> None:
    home.members.filter(relation="02").update(duplicate=True)
    assert asked(rules) == {("duplicate_number", home.pk)}


@pytest.mark.parametrize(
    ("head_fen", "is_asked"),
    [(1_600_000, False), (1_600_001, True), (440_000, False), (399_999, True)],
)
def test_far_from_the_village(home, rules, head_fen, is_asked) -> None:
    year_of(home, net_fen=head_fen * 3)
    found = {one for one in asked(rules) if one[0] == "away_from_village"}
    assert found == ({("away_from_village", home.pk)} if is_asked else set())


def test_same_number_of_queries_for_any_number(home, rules, django_assert_num_queries) -> None:
    one = Household.objects.filter(pk=home.pk)
    with django_assert_num_queries(len(checks.CHECKS)):
        checks.ask_all(one, YEAR, rules)
    with django_assert_num_queries(len(checks.CHECKS)):
        checks.ask_all(Household.objects.all(), YEAR, rules)


def test_same_grade_two_years_is_asked_by_the_import(regions) -> None:
    data = register(60, seed=12)
    import_register(data, year=YEAR)
    graded = Member.objects.filter(schooling__contains="_").count()
    later = import_register(data, year=YEAR + 1)
    assert graded > 0
    assert [w.code for w in later.warnings].count("same_grade") == graded


def test_income_statement_adds_up(home, rules) -> None:
    items = [
        ItemSpec(Item.WAGES, 1_000_000, "务工", home.members.get(relation="02"), "9个月", "流水"),
        ItemSpec(Item.BUSINESS, 500_000, "水稻"),
        ItemSpec(Item.BUSINESS_COST, 200_000, "种子"),
        ItemSpec(Item.LOAN, 5_000_000),
        ItemSpec(Item.PENSION, 123_600),
    ]
    with journal.act(journal.Actor.system(), clock.today()):
        record = record_income(home, YEAR, items, rules=rules)
    (sheet,) = income_sheets([record], rules)
    assert (sheet.gross, sheet.net, sheet.left_out.total) == (1_623_600, 1_423_600, 5_000_000)
    assert sheet.net == record.net_fen
    assert sheet.per_head == 474_533
    assert [section.total for section in sheet.counted] == [500_000, 1_000_000, 0, 123_600]
    assert (sheet.place.township, sheet.head) == ("某镇", home.head_name)
    assert sheet.counted[1].lines[0].person == home.head_name
