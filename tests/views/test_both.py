"""Two people at one form: both values side by side, one chosen for each, nothing typed lost."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Item
from exitcase.core.models import Entry
from households.models import HouseholdYear, Measure, VillageYear
from tests.verification import build, play
from tests.views.test_income import at, facts, lines, text, url, village
from verification.models import Vote


@pytest.fixture
def household(world):
    (one,) = build.households(world.villages[0], 1)
    return one


def sides(answer) -> dict[str, tuple[str, str]]:
    """Key → (mine, theirs)."""
    return {row.key: (row.mine, row.theirs) for row in answer.context["both"].rows}


def again(answer, said, **more):
    """The page of both sides, sent as it came, with these answers."""
    form = answer.context["form"]
    return said | {"version": form["version"].value(), "differs": list(sides(answer))} | more


def test_conditions_show_both_values_and_the_chosen_ones_are_saved(as_, world, household):
    """The second comes with three fields; takes the other's water, keeps the rest of their own."""
    said = facts(as_(world.cadre()), household)
    first = said | {"year-water_distance_m": "300", "year-dropouts": "0"}
    first |= {"measure-0-kind": "industry", "measure-0-amount": "1500.5", "measure-0-note": "养蜂"}
    client = as_(world.cadre())
    assert client.post(url("year", household), first).status_code == 302
    mine = said | {"year-water_distance_m": "800", "year-dropouts": "2", "year-stable_note": "打工"}
    client = as_(world.officer())
    answer = client.post(url("year", household), mine)
    assert answer.status_code == 409
    told = sides(answer)
    assert told.pop("measure") == ("—", "措施 产业带动 · 金额(元) 1,500.50 · 说明 养蜂")
    assert told.pop("year-measures")[1] == "1"  # counted with the rows
    before = said["year-stable_note"] or "—"
    assert told == {
        "year-water_distance_m": ("800", "300"),
        "year-dropouts": ("2", "0"),
        "year-stable_note": ("打工", before),
    }
    assert answer.context["both"].who.startswith(world.cadre().name)
    assert answer.context["both"].at is not None
    assert 'value="800"' in text(answer)  # what was typed stands in the form
    assert answer.context["form"]["done_on"].value() == said["done_on"]
    answers = {
        "keep-year-water_distance_m": "theirs",
        "keep-year-dropouts": "mine",
        "keep-year-stable_note": "mine",
        "keep-year-measures": "theirs",
    }
    silent = client.post(url("year", household), again(answer, mine, **answers))
    assert silent.status_code == 422  # of the measures nobody said anything
    assert "请逐项选择保留哪一个" in text(silent)
    assert 'value="打工"' in text(silent)
    kept = {row.key: row.kept for row in silent.context["both"].rows}
    assert kept == {"year-dropouts": "mine", "year-stable_note": "mine", "measure": ""}
    whole = again(answer, mine, **answers, **{"keep-measure": "theirs"})
    assert client.post(url("year", household), whole).status_code == 302
    record = HouseholdYear.objects.get(household=household)
    assert (record.water_distance_m, record.dropouts, record.stable_note) == (300, 2, "打工")
    assert Measure.objects.get(record=record).note == "养蜂"


def test_a_statement_shows_the_groups_that_differ(as_, world, household):
    client = as_(world.cadre())
    said = lines(client, household)
    pension, wages = (at(client, household, one) for one in (Item.PENSION, Item.WAGES))
    theirs = said | {f"{pension}-amount": "1200", f"{pension}-detail": "养老金"}
    assert client.post(url("statement", household), theirs).status_code == 302
    mine = said | {f"{wages}-amount": "9000", f"{wages}-detail": "务工"}
    client = as_(world.officer())
    answer = client.post(url("statement", household), mine)
    assert answer.status_code == 409
    (key,) = sides(answer)
    own, other = sides(answer)[key]
    assert "明细 务工 · 金额(元) 9,000.00" in own
    assert "明细 养老金 · 金额(元) 1,200.00" in other
    taken = client.post(url("statement", household), again(answer, mine, keep_all="mine"))
    assert taken.status_code == 302
    record = HouseholdYear.objects.get(household=household)
    amounts = dict(record.items.values_list("item", "amount_fen"))
    assert amounts[Item.WAGES] == 900_000
    assert not record.items.filter(detail="养老金").exists()


def test_theirs_of_a_statement_replaces_the_lines(as_, world, household):
    client = as_(world.cadre())
    said = lines(client, household)
    pension, wages = (at(client, household, one) for one in (Item.PENSION, Item.WAGES))
    theirs = said | {f"{pension}-amount": "1200", f"{pension}-detail": "养老金"}
    client.post(url("statement", household), theirs)
    mine = said | {f"{wages}-amount": "9000", f"{wages}-detail": "务工"}
    answer = client.post(url("statement", household), mine)
    (key,) = sides(answer)
    taken = again(answer, mine, **{f"keep-{key}": "theirs"})
    assert client.post(url("statement", household), taken).status_code == 302
    items = HouseholdYear.objects.get(household=household).items
    assert items.filter(detail="养老金", amount_fen=120_000).exists()
    assert not items.filter(amount_fen=900_000).exists()


def test_a_village_shows_both_and_a_third_is_told_again(as_, world):
    code = world.villages[0]
    address = reverse("village_year", args=[code, 2020])
    said = village(as_(world.cadre()), code)
    first = said | {"representatives": "23", "board_place": "新村部", "poor_village": "true"}
    assert as_(world.cadre(n=1)).post(address, first).status_code == 302
    client = as_(world.cadre())
    mine = said | {"representatives": "25", "board_place": "老村部", "poor_village": "false"}
    answer = client.post(address, mine)
    assert answer.status_code == 409
    told = sides(answer)
    assert told["representatives"] == ("25", "23")
    assert told["board_place"] == ("老村部", "新村部")
    assert told["poor_village"][0] != told["poor_village"][1]
    assert answer.context["both"].who.startswith(world.cadre(n=1).name)
    chosen = {"keep-representatives": "mine", "keep-board_place": "theirs"}
    chosen |= {f"keep-{key}": "theirs" for key in told if f"keep-{key}" not in chosen}
    resent = again(answer, mine, **chosen)
    third = first | {"version": resent["version"], "representatives": "30"}
    assert as_(world.cadre(n=1)).post(address, third).status_code == 302
    client = as_(world.cadre())
    twice = client.post(address, resent)
    assert twice.status_code == 409  # whoever came in between is not overwritten either
    assert sides(twice) == {"representatives": ("25", "30")}
    shown = {
        one.html_name: one.value() for one in twice.context["facts"] if one.value() is not None
    }
    assert shown["board_place"] == "新村部"  # what was taken stands in the form
    last = mine | shown | {"poor_village": "true"}
    assert client.post(address, again(twice, last, **chosen)).status_code == 302
    record = VillageYear.objects.get(village=code, year=2020)
    assert (record.representatives, record.board_place) == (25, "新村部")
    assert record.poor_village is True


def test_both_typed_the_same(as_, world):
    code = world.villages[0]
    address = reverse("village_year", args=[code, 2020])
    client = as_(world.cadre())
    said = village(client, code, representatives="23")
    client.post(address, said)
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert sides(answer) == {}
    assert "两人填的内容相同" in text(answer)


def test_a_refused_act_writes_nothing(as_, world):
    code = world.villages[0]
    address = reverse("village_year", args=[code, 2020])
    client = as_(world.cadre())
    said = village(client, code, representatives="23")
    client.post(address, said)
    entries = Entry.objects.count()
    client.post(address, said | {"representatives": "24"})
    assert Entry.objects.count() == entries
    assert VillageYear.objects.get(village=code, year=2020).representatives == 23


# ── votes ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def grid(world):
    """The grid's address, and its batch of four households."""
    batch = world.batch(size=4)
    world.bring(batch, "appraisal")
    meeting = play.meeting(world, batch, present=12)
    return reverse("ballots", args=[meeting.pk]), list(world.cases(batch))


def sheet(client, address) -> dict[str, str]:
    """The grid as it comes, to be sent back."""
    page = client.get(address)
    said = {"done_on": "2020-10-09"}
    for row in page.context["rows"]:
        said |= {one.html_name: "" if one.value() is None else str(one.value()) for one in row}
    return said


def voted(case, yes, no=0) -> dict[str, str]:
    figures = {"yes": yes, "no": no, "abstained": 0, "recused": 0}
    return {f"c{case.pk}-{name}": str(n) for name, n in figures.items()}


def standing() -> dict[int, int]:
    return dict(Vote.objects.filter(void_tx="").values_list("case", "yes"))


def test_two_who_share_a_grid_do_not_see_each_other(as_, world, grid):
    address, (one, two, *_rest) = grid
    early = sheet(as_(world.cadre()), address)
    assert as_(world.cadre()).post(address, early | voted(one, 12)).status_code == 302
    answer = as_(world.cadre(n=1)).post(address, early | voted(two, 11, 1))
    assert answer.status_code == 302, answer.context["problems"]
    assert standing() == {one.pk: 12, two.pk: 11}


def test_a_row_that_another_has_changed_is_left_to_them(as_, world, grid):
    """I read it, they changed it, I send mine of another household: theirs stays."""
    address, (one, two, *_rest) = grid
    client = as_(world.cadre())
    client.post(address, sheet(client, address) | voted(one, 12))
    mine = sheet(client, address)
    client.post(address, sheet(client, address) | voted(one, 5, 7))
    answer = as_(world.cadre(n=1)).post(address, mine | voted(two, 12))
    assert answer.status_code == 302
    assert standing() == {one.pk: 5, two.pk: 12}
    assert as_(world.cadre(n=1)).post(address, mine).status_code == 302  # nothing of mine at all
    assert standing() == {one.pk: 5, two.pk: 12}


def test_two_votes_on_one_household_stand_side_by_side(as_, world, grid):
    address, (one, two, three, _four) = grid
    early = sheet(as_(world.cadre()), address)
    first = early | voted(one, 12) | voted(two, 12)
    assert as_(world.cadre()).post(address, first).status_code == 302
    mine = early | voted(one, 9, 3) | voted(two, 10, 2) | voted(three, 8, 4)
    client = as_(world.cadre(n=1))
    answer = client.post(address, mine)
    assert answer.status_code == 409
    assert sides(answer) == {
        f"c{one.pk}": (
            "同意 9 · 不同意 3 · 弃权 0 · 回避 0",
            "同意 12 · 不同意 0 · 弃权 0 · 回避 0",
        ),
        f"c{two.pk}": (
            "同意 10 · 不同意 2 · 弃权 0 · 回避 0",
            "同意 12 · 不同意 0 · 弃权 0 · 回避 0",
        ),
    }
    assert answer.context["both"].who.startswith(world.cadre().name)
    assert standing() == {one.pk: 12, two.pk: 12}
    rows = {row.case.pk: row for row in answer.context["rows"]}
    assert (rows[three.pk].value("yes"), rows[one.pk].value("yes")) == ("8", "9")
    shown = {
        bound.html_name: str(bound.value() if bound.value() is not None else "")
        for row in answer.context["rows"]
        for bound in row
    }
    asked = {"done_on": "2020-10-09", "differs": list(sides(answer))} | shown
    silent = client.post(address, asked | {f"keep-c{one.pk}": "mine"})
    assert silent.status_code == 422
    assert "请逐项选择保留哪一个" in text(silent)
    assert len(silent.context["both"].rows) == 2
    chosen = {f"keep-c{one.pk}": "mine", f"keep-c{two.pk}": "theirs"}
    taken = client.post(address, asked | chosen)
    assert taken.status_code == 302, taken.context["problems"]
    assert standing() == {one.pk: 9, two.pk: 12, three.pk: 8}
