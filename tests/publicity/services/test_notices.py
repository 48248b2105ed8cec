"""From draft to end: who may, what is refused and in which words, what the journal keeps."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Place, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from publicity import services
from publicity.choices import NoticeKind, NoticeState
from publicity.models import Notice
from publicity.payload import Contact, NoticePayload
from publicity.services import PlaceSpec
from tests.publicity.desk import STAGE, TOWN_STAGE, Desk, entries, fresh, items_of, postings, spec
from tests.verification import build
from tests.verification.build import TOWNSHIP, households


def words(caught) -> str:
    return str(caught.value)


# ------------------------------------------------------------------ draft


def test_a_draft_holds_the_list_and_its_places(desk):
    items = desk.items(3)
    notice = desk.draft(items)
    assert (notice.state, notice.days, notice.round) == (NoticeState.DRAFT, 7, 1)
    assert (notice.households, notice.persons) == (3, 9)
    rows = [(row.seq, row.case_key, row.head_name, row.persons) for row in items_of(notice)]
    assert rows == [(n, i.case_key, i.head_name, 3) for n, i in enumerate(items, start=1)]
    assert [one.place_name for one in postings(notice)] == ["村部门口", "老井坪"]


def test_a_draft_says_whom_to_call_and_since_when(desk):
    payload = NoticePayload.of(desk.draft().payload)
    assert payload.period == "自张贴之日起不少于7天"
    assert payload.basis == desk.world.rules.title
    assert payload.contacts == (
        Contact(office="第1村", phone="0000-8561234"),
        Contact(office="监督电话", phone="12317"),
    )


def test_a_draft_stands_in_the_journal_and_in_each_cases_history(desk):
    items = desk.items(2)
    notice = desk.draft(items)
    wanted = [("notice", str(notice.pk)), *(("case", str(one.case_key)) for one in items)]
    assert entries(Act.DRAFT_NOTICE) == wanted
    assert verify("430412") == []


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("appraisal", NoticeKind.NOTICE),
        ("nowhere", NoticeKind.NOTICE),
        (STAGE, NoticeKind.ANNOUNCEMENT),
        ("announcement", NoticeKind.NOTICE),
    ],
)
def test_a_stage_of_another_kind_hangs_nothing(desk, stage, kind):
    with pytest.raises(Refused, match="方案的这一环节没有"):
        desk.draft(stage=stage, kind=kind)


def test_an_empty_list_is_refused(desk):
    with pytest.raises(Refused, match="名单上没有户"):
        services.draft_notice(
            [],
            stage=STAGE,
            programme=desk.world.programme,
            region=desk.village,
            organ="村",
            title="公示",
            kind=NoticeKind.NOTICE,
            places=desk.places(),
            by=desk.world.cadre(),
            done_on=desk.world.day,
        )


def test_households_of_another_place_are_refused_by_name(desk):
    strange = desk.items(1)
    with pytest.raises(Refused, match="名单上有其他地方的户") as caught:
        desk.draft(strange, region=TOWNSHIP + "299", by=desk.world.officer())
    assert strange[0].head_name in words(caught)


def test_a_case_hangs_once_at_a_stage(desk):
    items = desk.items(2)
    desk.draft(items)
    with pytest.raises(Refused, match="名单上有已在公示中的户") as caught:
        desk.draft([items[1], *desk.items(1)])
    assert items[1].head_name in caught.value.place
    assert items[0].head_name not in caught.value.place
    assert Notice.objects.count() == 1


def test_one_case_twice_on_a_list_is_refused(desk):
    items = desk.items(1)
    with pytest.raises(Refused, match="名单上有已在公示中的户"):
        desk.draft([items[0], items[0]])


@pytest.mark.parametrize("left", [0, 1])
def test_every_kind_of_place_is_wanted(desk, left):
    places = desk.places()
    missing = places[1 - left].place
    with pytest.raises(Refused, match="张贴地点不全") as caught:
        desk.draft(places=[places[left]])
    assert missing in words(caught)


def test_a_place_beside_the_required_ones_does_not_count_for_them(desk):
    board, _gathering = desk.places()
    extra = PlaceSpec(Place.GATHERING_PLACE, "老井坪", desk.village, required=False)
    with pytest.raises(Refused, match="张贴地点不全"):
        desk.draft(places=[board, extra])


def test_the_same_place_twice_is_refused(desk):
    with pytest.raises(Refused, match="张贴地点重复"):
        desk.draft(places=[*desk.places(), desk.places()[0]])


def test_two_heads_of_one_name_in_a_group_get_a_neutral_mark(desk):
    made = households(desk.village, 3)
    for one in made[:2]:
        one.head_name, one.group = "向桂", "2"
    items = items_of(desk.draft([spec(one) for one in made]))
    assert [row.mark for row in items] == [made[0].number[-3:], made[1].number[-3:], ""]


def test_an_identity_number_in_any_text_stops_the_draft(desk):
    made = households(desk.village, 1)[0]
    number = made.members.first().id_number
    made.group = f"2组 {number}"
    with pytest.raises(Refused, match="公示中不能出现公民身份号码") as caught:
        desk.draft([spec(made)])
    assert caught.value.place == "items.1.group"
    assert number not in words(caught)
    assert not Notice.objects.exists()


def test_a_mobile_as_office_telephone_stops_the_draft(desk):
    contact = Contact(office="镇监督电话", phone="13800000000")
    with pytest.raises(Refused, match="联系电话用办公电话"):
        desk.draft(contacts=[contact])


def test_a_name_too_long_for_its_column_is_refused_in_words(desk):
    board, gathering = desk.places()
    long = PlaceSpec(board.place, "村" * 81, desk.village)
    with pytest.raises(Refused, match="不超过 80 字"):
        desk.draft(places=[long, gathering])


def test_who_may_not_draft_is_told_so(desk):
    with pytest.raises(NotAllowed):
        desk.draft(by=desk.world.user(Role.HELPER))
    with pytest.raises(NotAllowed):  # a village makes no township's notice
        desk.draft(stage=TOWN_STAGE)
    assert not Notice.objects.exists()


def test_a_list_that_spans_villages_names_them(db):
    desk = Desk(build.world(villages=2))
    items = [*desk.items(1), *desk.items(1, desk.world.villages[1])]
    notice = desk.draft(
        items,
        stage=TOWN_STAGE,
        region=TOWNSHIP,
        places=[PlaceSpec(Place.TOWNSHIP_BOARD, "镇公示公告栏", TOWNSHIP)],
        by=desk.world.officer(),
    )
    payload = NoticePayload.of(notice.payload)
    assert [one.village for one in payload.items] == ["第1村", "第2村"]
    assert [one.office for one in payload.contacts] == ["监督电话"]
    other = desk.world.cadre(desk.world.villages[1])
    with pytest.raises(OutOfScope):
        desk.draft(by=other)


def test_drafting_asks_as_often_for_5_as_for_500(desk):
    """Rows go in by the database's bulk size; every other statement is one for all."""

    def asked(size: int) -> int:
        items = desk.items(size)
        with CaptureQueriesContext(connection) as seen:
            desk.draft(items)
        return len([q for q in seen if 'INTO "publicity_noticeitem"' not in q["sql"]])

    assert asked(5) == asked(500)


# ------------------------------------------------------------------ release


def test_another_person_releases_and_freezes_the_payload(desk):
    drafted = desk.draft()
    notice = services.release_notice(drafted, by=desk.world.cadre(n=1), done_on=desk.world.day)
    payload = NoticePayload.of(notice.payload)
    assert notice.released_by == desk.world.cadre(n=1)
    assert notice.payload_sha256 == payload.sha256
    assert payload.checkpoint
    assert payload.items == NoticePayload.of(drafted.payload).items
    (entry,) = Entry.objects.filter(act=Act.RELEASE_NOTICE)
    assert entry.became == payload.sha256


def test_the_drafter_does_not_release(desk):
    notice = desk.draft()
    with pytest.raises(NotAllowed, match="由另一人办理"):
        services.release_notice(notice, by=desk.world.cadre(), done_on=desk.world.day)
    assert fresh(notice).released_by is None


@pytest.mark.parametrize("role", [Role.TOWNSHIP_OFFICER, Role.TOWNSHIP_LEADER])
def test_the_township_releases_for_a_village_with_one_account(desk, role):
    notice = desk.draft()
    by = desk.world.user(role)
    assert services.release_notice(notice, by=by, done_on=desk.world.day).released_by == by


def test_a_notice_is_released_once(desk):
    notice = desk.released()
    with pytest.raises(Refused, match="该公示已核发或已撤下"):
        services.release_notice(notice, by=desk.world.officer(), done_on=desk.world.day)
