"""Objections: numbered, encrypted, in time or late; answered by enough people, once."""

from datetime import date

import pytest
from django.db import connection

from exitcase.core.choices import Act, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from publicity import services
from publicity.choices import ObjectionKind, Outcome
from publicity.models import Objection
from publicity.queries import answering_organ
from publicity.services import CaseSpec
from tests.publicity.desk import FRIDAY, Desk, fresh, items_of
from tests.verification import build
from tests.verification.build import stored_file

MONDAY = date(2020, 10, 12)


@pytest.fixture
def item(desk):
    notice = desk.hung()
    desk.at(MONDAY)
    return items_of(notice).select_related("notice__programme", "household")[0]


def test_an_objection_is_numbered_and_due_in_working_days(desk, item):
    first, second = desk.lodge(item), desk.lodge(item, channel="phone")
    assert [first.number, second.number] == ["YY-2020-1", "YY-2020-2"]
    assert first.due_on == date(2020, 10, 19)  # the fifth working day after the 12th
    assert (first.case_key, first.region_id) == (item.case_key, desk.village)
    assert (first.open, first.late) == (True, False)


def test_holidays_are_no_working_days(desk):
    notice = desk.hung(date(2020, 9, 28))
    item = items_of(notice)[0]
    desk.at(date(2020, 9, 30))
    assert desk.lodge(item).due_on == date(2020, 10, 14)  # 9, 10 (worked), 12, 13, 14


def test_the_last_day_is_in_time_the_next_is_late_and_holds_as_well(desk, item):
    desk.at(date(2020, 10, 16), 20)
    assert not desk.lodge(item).late
    desk.at(date(2020, 10, 17))
    with pytest.raises(Refused, match="须写明逾期受理的原因"):
        desk.lodge(item, reason=" ")
    late = desk.lodge(item, reason="在外务工,期满后返乡")
    assert (late.late, late.open) == (True, True)
    assert late.late is Objection.objects.get(pk=late.pk).late
    assert late.late_reason == "在外务工,期满后返乡"
    assert Entry.objects.get(act=Act.OBJECT, subject_id=late.pk).reason == late.late_reason


def test_a_late_objection_reopens_no_notice(desk, item):
    desk.end_photos(item.notice, desk.at(date(2020, 10, 17), 9))
    assert desk.close(item.notice).count == 1
    closes_at = fresh(item.notice).closes_at
    late = desk.lodge(item, reason="在外务工,期满后返乡")
    assert (late.late, late.open) == (True, True)
    assert (fresh(item.notice).state, fresh(item.notice).closes_at) == ("closed", closes_at)


def test_the_objector_stands_in_clear_nowhere(desk, item):
    objection = desk.lodge(item, objector="欧阳某某", phone="10000000009", text="有商品房")
    with connection.cursor() as cursor:
        cursor.execute("SELECT objector, objector_phone, text FROM publicity_objection")
        kept = "".join(cursor.fetchone())
    assert all(word not in kept for word in ("欧阳", "10000000009", "商品房"))
    told = "".join(map(str, Entry.objects.filter(act=Act.OBJECT).values_list().get()))
    assert all(word not in told for word in ("欧阳", "10000000009", "商品房"))
    assert Objection.objects.get(pk=objection.pk).objector == "欧阳某某"
    assert verify("430412") == []


def test_nobody_needs_a_name_to_object(desk, item):
    assert desk.lodge(item, objector="", phone="").objector == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": " "}, "请写明异议内容"),
        ({"text": "长" * 2001}, "不超过 2000 字"),
        ({"received_on": date(2020, 10, 13)}, "受理日期晚于办理日期"),
        ({"received_on": date(2020, 10, 8)}, "异议须针对张贴出的公示"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(desk, item, more, words):
    with pytest.raises(Refused, match=words):
        desk.lodge(item, **more)
    assert not Objection.objects.exists()


def test_what_never_hung_is_not_objected_to(desk):
    item = items_of(desk.released())[0]
    with pytest.raises(Refused, match="异议须针对张贴出的公示"):
        desk.lodge(item)


def test_a_case_without_a_notice_is_appealed_for(desk):
    desk.at(MONDAY)
    household = build.households(desk.village, 1)[0]
    about = CaseSpec(77, household, desk.world.programme)
    with pytest.raises(Refused, match="按申诉受理"):
        desk.lodge(about)
    appeal = desk.lodge(about, kind=ObjectionKind.APPEAL)
    assert (appeal.case_key, appeal.item, appeal.late) == (77, None, False)


def test_an_appeal_is_taken_long_after(desk, item):
    desk.at(date(2021, 3, 1))
    assert not desk.lodge(item, kind=ObjectionKind.APPEAL).late


def test_another_village_takes_nothing_in(db):
    desk = Desk(build.world(villages=2))
    item = items_of(desk.hung())[0]
    with pytest.raises(OutOfScope):
        desk.lodge(item, by=desk.world.cadre(desk.world.villages[1]))


# ------------------------------------------------------------------ answers


def test_an_answer_frees_the_case(desk, item):
    objection = desk.lodge(item)
    desk.at(date(2020, 10, 14))
    answered = desk.answer(objection, outcome=Outcome.UPHELD)
    assert (answered.open, answered.outcome) == (False, Outcome.UPHELD)
    assert answered.checkers == "龙德清、罗伏生"
    assert answered.answered_on == date(2020, 10, 14)
    entry = Entry.objects.get(act=Act.ANSWER_OBJECTION)
    assert (entry.was, entry.became, entry.stage) == ("open", "upheld", "village_notice")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"checkers": ["龙德清"]}, "核查人不足"),
        ({"checkers": ["龙德清", " 龙德清 ", ""]}, "核查人不足"),
        ({"conclusion": " "}, "请写明核查结论"),
        ({"conclusion": "长" * 301}, "不超过 300 字"),
        ({"done_on": date(2020, 10, 11)}, "答复日期早于受理日期"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(desk, item, more, words):
    objection = desk.lodge(item)
    with pytest.raises(Refused, match=words):
        desk.answer(objection, **more)
    assert Objection.objects.get(pk=objection.pk).open


def test_an_objection_is_answered_once(desk, item):
    objection = desk.lodge(item)
    desk.answer(objection)
    with pytest.raises(Refused, match="该异议已办结") as caught:
        desk.answer(objection, outcome=Outcome.UPHELD)
    assert caught.value.place == "YY-2020-1"
    assert Objection.objects.get(pk=objection.pk).outcome == Outcome.DISMISSED


def test_the_village_does_not_answer_for_itself(desk, item):
    """The plan names the township; the cadre objected to may sit in the village."""
    objection = desk.lodge(item)
    with pytest.raises(NotAllowed):
        desk.answer(objection, by=desk.world.cadre())


def test_an_appeal_is_answered_by_the_district(desk, item):
    appeal = desk.lodge(item, kind=ObjectionKind.APPEAL)
    with pytest.raises(NotAllowed):
        desk.answer(appeal)
    assert not desk.answer(appeal, by=desk.world.user(Role.DISTRICT_OFFICER)).open


# ------------------------------------------------------------------ an organ outside


def district(desk, n=0):
    return desk.world.user(Role.DISTRICT_OFFICER, n=n)


@pytest.fixture
def appeal(desk, item):
    """The plan has the leading group hear of wrong exits; the group never logs in."""
    return desk.lodge(item, kind=ObjectionKind.WRONG_EXIT)


def enter(desk, appeal, **more):
    values = {
        "number": "南扶领〔2020〕8号",
        "file": stored_file(desk.village),
        "by": district(desk),
    }
    return desk.answer(appeal, outcome=Outcome.UPHELD, **{**values, **more})


def test_an_outer_answer_holds_until_a_second_person_confirms_it(desk, appeal):
    entered = enter(desk, appeal)
    assert (entered.open, entered.outcome) == (True, Outcome.UPHELD)
    with pytest.raises(NotAllowed):
        services.confirm_answer(appeal, by=district(desk), done_on=desk.world.day)
    assert Objection.objects.get().open
    services.confirm_answer(appeal, by=district(desk, 1), done_on=desk.world.day)
    kept = Objection.objects.get()
    assert (kept.open, kept.answered_by, kept.confirmed_by) == (
        False,
        district(desk),
        district(desk, 1),
    )
    told = Entry.objects.filter(act=Act.ANSWER_OBJECTION).order_by("pk")
    assert list(told.values_list("was", "became")) == [
        ("open", "entered upheld"),
        ("entered upheld", "upheld"),
    ]


@pytest.mark.parametrize("more", [{"number": " "}, {"file": None}])
def test_an_outer_answer_needs_its_document(desk, appeal, more):
    with pytest.raises(Refused, match="须有文号和扫描件"):
        enter(desk, appeal, **more)
    assert Objection.objects.get().outcome == ""


def test_an_outer_answer_is_entered_and_confirmed_once(desk, appeal):
    with pytest.raises(Refused, match="没有待确认的答复"):
        services.confirm_answer(appeal, by=district(desk, 1), done_on=desk.world.day)
    enter(desk, appeal)
    with pytest.raises(Refused, match="等待第二人确认"):
        enter(desk, appeal)
    with pytest.raises(Refused, match="确认日期早于答复日期"):
        services.confirm_answer(appeal, by=district(desk, 1), done_on=FRIDAY)
    services.confirm_answer(appeal, by=district(desk, 1), done_on=desk.world.day)
    with pytest.raises(Refused, match="没有待确认的答复"):
        services.confirm_answer(appeal, by=district(desk, 1), done_on=desk.world.day)


def test_a_plan_that_names_nobody_for_appeals_asks_who_decided(db):
    rules = build.world(programme="shanxi").rules
    organ = answering_organ(rules, ObjectionKind.WRONG_EXIT)
    assert organ.key == rules.stage(rules.granted_at).actor
    assert answering_organ(rules, ObjectionKind.APPEAL) == organ
    assert answering_organ(rules, ObjectionKind.OBJECTION) is None


def test_an_open_objection_stops_no_notice(desk, item):
    """Only its own case waits; the list runs on (DOMAIN 5)."""
    desk.lodge(item)
    desk.end_photos(item.notice, desk.at(date(2020, 10, 17), 9))
    assert desk.close(item.notice).count == 1
    assert fresh(item.notice).state == "closed"


def test_numbers_begin_anew_each_year(desk, item):
    desk.lodge(item)
    desk.at(date(2021, 1, 4))
    numbers = [desk.lodge(item, kind=ObjectionKind.APPEAL).number for _ in range(2)]
    assert numbers == ["YY-2021-1", "YY-2021-2"]
    assert FRIDAY.year == 2020
