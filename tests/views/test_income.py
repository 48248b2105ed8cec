"""A household's year, its income statement and a village's facts, through their pages."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Item, Role
from households.models import Household, HouseholdYear, IncomeItem, Measure, VillageYear
from tests.verification import build
from tests.verification.facts import Giver
from verification.models import Batch, Case
from verification.services import listing
from verification.services.advance import advance_batches

DAY = "2020-10-09"


@pytest.fixture
def household(world):
    (one,) = build.households(world.villages[0], 1)
    return one


def text(answer):
    return answer.content.decode()


def url(name, household, year=2020):
    return reverse(name, args=[household.pk, year])


def lines(client, household):
    """The statement's form as it comes, to be sent back."""
    page = client.get(url("statement", household))
    said = {"done_on": DAY, "version": page.context["form"]["version"].value()}
    for group in page.context["groups"]:
        for bound in group.lines.management_form:
            said[bound.html_name] = bound.value()
        for line in group.lines:
            for cell in line:
                said[cell.html_name] = "" if cell.value() is None else str(cell.value())
    return said


def at(client, household, item):
    """The name of the first line of an item, without its last part."""
    for group in client.get(url("statement", household)).context["groups"]:
        for line in group.lines:
            if line["item"].value() == item:
                return line.prefix
    raise LookupError(item)


def test_what_counts_stands_apart_by_the_plan(as_, world, household):
    page = as_(world.cadre()).get(url("statement", household))
    sides = {group.key: {line["item"].value() for line in group.lines} - {None, ""}
             for group in page.context["groups"]}  # fmt: skip
    items = world.rules.income.items
    assert sides["gross"] == set(items.counted)
    assert sides["left"] == set(items.left_out)
    assert sides["cost"] == {Item.BUSINESS_COST}
    assert "年人均纯收入稳定超过4000元" in text(page)


def test_items_are_typed_in_yuan_and_summed_up(as_, world, household):
    client = as_(world.cadre())
    said = lines(client, household)
    for item, amount in ((Item.WAGES, "16,000.50"), (Item.LOAN, "50000")):
        said[f"{at(client, household, item)}-amount"] = amount
    said[f"{at(client, household, Item.BUSINESS_COST)}-amount"] = "0.25"
    said[f"{at(client, household, Item.WAGES)}-detail"] = "广东务工"
    answer = client.post(url("statement", household), said)
    assert answer.status_code == 302, answer.context["sent"].problems
    record = HouseholdYear.objects.get(household=household)
    assert (record.gross_fen, record.cost_fen) == (1_600_050 + 100_000, 25)
    assert record.net_fen == record.gross_fen - record.cost_fen
    assert IncomeItem.objects.get(record=record, item=Item.WAGES).detail == "广东务工"
    page = client.get(url("statement", household))
    assert page.context["sums"].left_out == 5_000_000
    assert "17,000.50" in text(page)
    assert page.context["per_head"] == "5,666.75"  # over three persons
    assert "已达到" in text(page)


def test_a_sum_with_parts_of_a_cent_is_said_with_everything_kept(as_, world, household):
    client = as_(world.cadre())
    said = lines(client, household)
    said[f"{at(client, household, Item.PENSION)}-amount"] = "100.555"
    said[f"{at(client, household, Item.PENSION)}-proof"] = "社保卡流水"
    before = HouseholdYear.objects.get(household=household).version
    answer = client.post(url("statement", household), said)
    assert answer.status_code == 422
    assert 'value="100.555"' in text(answer)
    assert 'value="社保卡流水"' in text(answer)
    assert HouseholdYear.objects.get(household=household).version == before
    said[f"{at(client, household, Item.PENSION)}-amount"] = ""
    said[f"{at(client, household, Item.PENSION)}-detail"] = "养老金"
    answer = client.post(url("statement", household), said)
    assert "请填写金额,没有就写 0" in text(answer)


def test_who_read_an_older_record_is_told(as_, world, household):
    client = as_(world.cadre())
    said = lines(client, household)
    assert client.post(url("statement", household), said).status_code == 302
    again = client.post(url("statement", household), said)
    assert again.status_code == 409
    assert "别人刚刚保存了这份资料" in text(again)


def facts(client, household, **more):
    page = client.get(url("year", household))
    said = {"done_on": DAY, "version": page.context["form"]["version"].value()}
    for bound in [*page.context["facts"], *page.context["measures"].management_form]:
        value = bound.value()
        said[bound.html_name] = "" if value is None else str(value)
    return said | more


def test_conditions_stand_under_the_plans_indicators(as_, world, household):
    page = as_(world.cadre()).get(url("year", household))
    titles = [title for title, _standard, _fields in page.context["sections"]]
    known = [one.title for one in world.rules.indicators]
    assert [title for title in titles if title in known] == [t for t in known if t in titles]
    named = {
        field.name: title for title, _standard, fields in page.context["sections"]
        for field in fields
    }  # fmt: skip
    assert named["house_certificate"] == named["house_grade"] == "住房安全有保障"
    assert len(named) == len(page.context["facts"].fields)


def test_conditions_and_measures_are_recorded_in_one_act(as_, world, household):
    client = as_(world.cadre())
    more = {
        "year-water_distance_m": "800",
        "year-dropouts": "",
        "measure-0-kind": "industry",
        "measure-0-amount": "1500.5",
        "measure-0-note": "养蜂",
    }
    answer = client.post(url("year", household), facts(client, household, **more))
    assert answer.status_code == 302, answer.context["sent"].problems
    record = HouseholdYear.objects.get(household=household)
    assert (record.water_distance_m, record.dropouts, record.measures) == (800, None, 1)
    measure = Measure.objects.get(record=record)
    assert (measure.kind, measure.amount_fen, measure.note) == ("industry", 150_050, "养蜂")
    assert record.net_fen is not None  # the statement is left as it was


def test_a_count_without_lines_stays(as_, world, household):
    client = as_(world.cadre())
    more = facts(client, household, **{"year-tidy_home": "true"})
    assert client.post(url("year", household), more).status_code == 302
    record = HouseholdYear.objects.get(household=household)
    assert (record.tidy_home, record.measures) == (True, 2)


def test_what_nobody_recorded_has_no_answer_beforehand(as_, world, household):
    HouseholdYear.objects.filter(household=household).delete() if False else None
    page = as_(world.cadre()).get(url("year", household, 2021))
    values = {field.name: field.value() for field in page.context["facts"]}
    assert {value for value in values.values() if value not in (None, "")} == set()


def test_a_listed_household_is_recorded_through_its_case(as_, world):
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    client = as_(world.cadre())
    said = lines(client, case.household)
    said[f"{at(client, case.household, Item.PENSION)}-amount"] = "1200"
    before = case.facts_sha256
    answer = client.post(url("statement", case.household), said)
    assert answer.status_code == 302, answer.context["sent"].problems
    case.refresh_from_db()
    assert case.net_fen == HouseholdYear.objects.get(household=case.household_id).net_fen
    assert case.facts_sha256 != before


def test_after_collection_it_is_a_correction(as_, world):
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    client = as_(world.cadre())
    said = lines(client, case.household)
    Giver(world).give(world.cases(batch), "collection")
    rows = Batch.objects.filter(pk=batch.pk)
    reasons = {"records_noted": "会后补", "within_window": "统一安排"}
    advance_batches(rows, "collection", by=world.cadre(), done_on=world.day, reasons=reasons)
    answer = client.post(url("statement", case.household), said)
    assert answer.status_code == 422
    assert "事实有误须走更正" in text(answer)


def test_a_helper_records_the_helpers_own(as_, world):
    own, other = build.households(world.villages[0], 2)
    helper = world.user(Role.HELPER)
    Household.objects.filter(pk=own.pk).update(helper=helper)
    client = as_(helper)
    assert client.post(url("statement", own), lines(client, own)).status_code == 302
    assert client.get(url("statement", other)).status_code == 404
    batch = listing.list_cases(
        world.villages[0],
        Household.objects.filter(pk=own.pk),
        programme=world.programme,
        by=world.cadre(),
        done_on=world.day,
    )
    assert client.post(url("statement", own), lines(client, own)).status_code == 302
    assert Case.objects.get(batch=batch).net_fen is not None


def test_without_the_right_or_outside(as_, world, household):
    said = lines(as_(world.cadre()), household)
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert "您的职务不能录入年度信息" in text(leader.get(url("statement", household)))
    assert leader.post(url("statement", household), said).status_code == 403
    assert leader.post(url("year", household), {"done_on": DAY}).status_code in {403, 422}
    other = as_(world.cadre(world.villages[1]))
    assert other.get(url("year", household)).status_code == 404
    assert other.get(url("statement", household)).status_code == 404
    assert as_(world.cadre()).get(url("year", household, 1999)).status_code == 404


def test_the_way_there(as_, world):
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    Case.objects.filter(pk=case.pk).update(net_fen=None)
    client = as_(world.cadre())
    page = text(client.get(reverse("batch", args=[batch.pk])))
    assert url("statement", case.household) in page
    assert reverse("village_year", args=[batch.village_id, 2020]) in page
    page = text(client.get(reverse("household", args=[case.household_id])))
    assert url("year", case.household) in page
    inspector = as_(world.user(Role.DISTRICT_LEADER))
    page = text(inspector.get(reverse("household", args=[case.household_id])))
    assert url("year", case.household) not in page


# ── the village ───────────────────────────────────────────────────────────────────────────────


def village(client, code, **more):
    page = client.get(reverse("village_year", args=[code, 2020]))
    said = {"done_on": DAY, "version": page.context["form"]["version"].value()}
    for bound in page.context["facts"]:
        said[bound.html_name] = "" if bound.value() is None else str(bound.value())
    return said | more


def test_a_villages_facts_are_recorded(as_, world):
    code = world.villages[0]
    address = reverse("village_year", args=[code, 2020])
    client = as_(world.cadre())
    said = village(
        client, code, representatives="23", village_income="52300.75", has_team="unknown"
    )
    answer = client.post(address, said)
    assert answer.status_code == 302, answer.context["sent"].problems
    record = VillageYear.objects.get(village=code, year=2020)
    assert (record.representatives, record.village_income_fen, record.has_team) == (
        23,
        5_230_075,
        None,
    )
    assert record.board_place == "村部门口"
    again = client.post(address, said)
    assert again.status_code == 409
    assert "别人刚刚保存了这份资料" in text(again)


def test_bad_figures_of_a_village_are_said(as_, world):
    code = world.villages[0]
    client = as_(world.cadre())
    said = village(client, code, representatives="二十", office_phone="0" * 30)
    answer = client.post(reverse("village_year", args=[code, 2020]), said)
    assert answer.status_code == 422
    assert 'value="二十"' in text(answer)


def test_a_villages_facts_are_its_peoples(as_, world):
    code = world.villages[0]
    address = reverse("village_year", args=[code, 2020])
    said = village(as_(world.cadre()), code)
    assert as_(world.cadre(world.villages[1])).get(address).status_code == 404
    assert as_(world.user(Role.HELPER)).post(address, said).status_code == 403
    assert as_(world.cadre()).get(reverse("village_year", args=[code, 1])).status_code == 404
    assert VillageYear.objects.get(village=code, year=2020).version == 1
