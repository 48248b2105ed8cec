"""Each gate open, shut with its full message, at its boundary, and with its fact missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db.models import DateTimeField, Exists, Q, Value
from django.db.models.expressions import NegatedExpression
from django_fsm import can_proceed

from exitcase.core import clock, machine
from exitcase.core.choices import Act, StageKind
from exitcase.core.gates import Ask
from publicity.choices import Moment, NoticeState
from publicity.gates import BOOK
from publicity.models import Notice, Posting, PostingPhoto
from tests.publicity.desk import FRIDAY, fresh, postings
from tests.verification import build

RELEASED = "有 1 份公示尚未由第二人核发"
EVERYWHERE = "有 1 份公示还没有在每个规定地点张贴"
TERM = "有 1 份公示期限未满"
START = "有 1 份公示缺张贴时的照片(每个规定地点一张)"
END = "有 1 份公示缺期满时的照片(每个规定地点一张,最后一日当日或之后拍摄)"


def shut(notice: Notice, act: Act) -> list[str]:
    """What the gates of an act say of one notice, asked as of a set."""
    ask = notice.ask()
    gates = machine.gates_of(Notice, act, ask.stage.kind)
    rows = Notice.objects.filter(pk=notice.pk)
    found = [gates.gate(key).words(len(pks)) for key, pks in gates.shut(rows, ask).items()]
    assert gates.open_for(notice, ask) is (not found)  # one row and many are asked alike
    return found


@pytest.fixture
def over(desk) -> Notice:
    """Hung, its term over, with every photo: all gates of closing open."""
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
    return notice


def test_every_act_at_every_kind_of_stage_has_its_gates():
    kinds = (StageKind.NOTICE, StageKind.ANNOUNCE)
    acts = (Act.HANG, Act.CLOSE_NOTICE, Act.TAKE_DOWN)
    assert set(BOOK) == {(act, kind) for act in acts for kind in kinds}
    assert machine.check_gates(None) == []


def test_taking_down_is_always_possible(desk):
    assert shut(desk.draft(), Act.TAKE_DOWN) == []


# ------------------------------------------------------------------ to hang


def test_a_draft_lacks_release_and_hanging(desk):
    assert shut(desk.draft(), Act.HANG) == [RELEASED, EVERYWHERE]


def test_a_released_notice_lacks_hanging_until_the_last_place(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    assert shut(notice, Act.HANG) == [EVERYWHERE]
    first, second = postings(notice)
    desk.hang(first, at)
    assert shut(notice, Act.HANG) == [EVERYWHERE]
    desk.hang(second, at)
    assert shut(notice, Act.HANG) == []


def test_without_any_required_place_nothing_hangs(desk):
    notice = desk.hung()
    Posting.objects.filter(notice=notice).update(required=False)
    assert shut(notice, Act.HANG) == [EVERYWHERE]


def test_a_hanging_never_counted_is_none(desk):
    notice = desk.hung()
    Posting.objects.filter(pk=postings(notice)[0].pk).update(counts_from=None)
    assert shut(notice, Act.HANG) == [EVERYWHERE]


def test_release_by_nobody_known_is_none(desk):
    notice = desk.hung()
    Notice.objects.filter(pk=notice.pk).update(released_by=None)
    assert shut(fresh(notice), Act.HANG) == [RELEASED]


# ------------------------------------------------------------------ to close


def test_all_is_there(over):
    assert shut(over, Act.CLOSE_NOTICE) == []


@pytest.mark.parametrize(("seconds", "words"), [(-1, []), (0, []), (2, [TERM])])
def test_the_term_is_over_at_its_very_end(desk, over, seconds, words):
    now = clock.read()
    closes_at = now + timedelta(seconds=seconds)
    Notice.objects.filter(pk=over.pk).update(closes_at=closes_at)
    assert shut(fresh(over), Act.CLOSE_NOTICE) == words


@pytest.mark.parametrize(("microseconds", "open_"), [(-1, False), (0, True), (1, True)])
def test_a_term_is_over_at_24_sharp(over, microseconds, open_):
    now = over.closes_at + timedelta(microseconds=microseconds)
    ask = replace(over.ask(), now=Value(now, DateTimeField()))
    assert BOOK[Act.CLOSE_NOTICE, StageKind.NOTICE].open_for(over, ask) is open_


def test_an_unknown_end_is_not_over(over):
    Notice.objects.filter(pk=over.pk).update(closes_at=None)
    assert TERM in shut(fresh(over), Act.CLOSE_NOTICE)


def test_midnight_is_the_boundary_of_the_demo_clock(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 16), 9))
    desk.at(date(2020, 10, 16), 23, 59)
    assert shut(notice, Act.CLOSE_NOTICE) == [TERM]
    desk.at(date(2020, 10, 17), 0, 0)
    assert shut(notice, Act.CLOSE_NOTICE) == []


@pytest.mark.parametrize(("moment", "words"), [(Moment.START, START), (Moment.END, END)])
def test_one_place_without_its_photo_shuts(over, moment, words):
    PostingPhoto.objects.filter(posting=postings(over)[1], moment=moment).delete()
    assert shut(over, Act.CLOSE_NOTICE) == [words]


@pytest.mark.parametrize(("moment", "words"), [(Moment.START, START), (Moment.END, END)])
def test_a_place_beside_the_required_ones_needs_no_photo(over, moment, words):
    second = postings(over)[1]
    PostingPhoto.objects.filter(posting=second, moment=moment).delete()
    Posting.objects.filter(pk=second.pk).update(required=False)
    assert shut(over, Act.CLOSE_NOTICE) == []


@pytest.mark.parametrize(("seconds", "words"), [(-1, [END]), (0, []), (1, [])])
def test_the_photo_of_the_end_is_of_the_last_day_or_later(over, seconds, words):
    taken = over.closes_at - timedelta(days=1) + timedelta(seconds=seconds)
    PostingPhoto.objects.filter(moment=Moment.END).update(taken_at=taken)
    assert shut(over, Act.CLOSE_NOTICE) == words


def test_a_photo_in_between_is_none_of_the_end(over):
    PostingPhoto.objects.filter(moment=Moment.END).update(moment=Moment.BETWEEN)
    assert shut(over, Act.CLOSE_NOTICE) == [END]


def test_without_any_required_place_nothing_is_proved(over):
    Posting.objects.filter(notice=over).update(required=False)
    assert shut(over, Act.CLOSE_NOTICE) == [START, END]


def test_another_notices_photos_do_not_count(desk, over):
    desk.at(FRIDAY)
    other = desk.hung()
    desk.at(date(2020, 10, 17), 9)
    assert shut(other, Act.CLOSE_NOTICE) == [END]


def test_another_notices_places_are_not_this_ones(desk, over):
    assert postings(desk.draft())  # they hang nowhere, and no photo shows them
    assert shut(over, Act.HANG) == shut(over, Act.CLOSE_NOTICE) == []
    Posting.objects.filter(notice=over).update(required=False)
    assert shut(over, Act.HANG) == [EVERYWHERE]


def test_an_announcement_needs_no_photo_of_its_end():
    keys = [gate.key for gate in BOOK[Act.CLOSE_NOTICE, StageKind.ANNOUNCE].gates]
    assert keys == ["term_over", "photos_at_start"]


# ------------------------------------------------------------------ the machine and the shape


def test_the_readable_table_asks_the_same_gates(desk, over):
    assert can_proceed(fresh(over).close)
    assert not can_proceed(fresh(desk.draft()).hang)
    assert fresh(over).state == NoticeState.HANGING


def test_no_gate_negates_a_comparison(db):
    """A missing fact is no pass: only `~Exists` may be negated."""
    build.regions()
    rules = build.load("nanyue-2020").rules
    for (_act, kind), gates in BOOK.items():
        stage = next(one for one in rules.stages if one.kind == kind)
        for gate in gates.gates:
            assert not list(negated(gate.passes(Ask(rules, stage)))), gate.key


def negated(node):
    """Every negation in a question that is not of an `Exists`."""
    if isinstance(node, Q):
        if node.negated:
            yield node
        for child in node.children:
            yield from negated(child)
    elif isinstance(node, NegatedExpression):
        if not isinstance(node.expression, Exists):
            yield node
    elif isinstance(node, Exists):
        for child in node.query.where.children:
            if getattr(child, "negated", False):
                yield child
