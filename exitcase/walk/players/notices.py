"""A notice: drafted, released by a second person, hung at every place, closed after its term."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core import clock
from exitcase.core.choices import PLACE_LEVEL, Act, Level, Place
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import at, open_day
from exitcase.walk.players import objecting
from exitcase.walk.story import WaveOfLists, WrongTurn
from publicity import services as publicity
from publicity.choices import Moment, NoticeKind
from publicity.models import Notice, NoticeItem
from publicity.services import ItemSpec, PlaceSpec
from verification.models import Case

ANSWER_AFTER = timedelta(days=2)


def notice(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """One notice per village at village level, one for the whole wave above it."""
    walk = wave.walk
    hung = [_hang(wave, stage, region, cases) for region, cases in _by_region(wave, stage)]
    if not hung:
        return
    yield walk.today + timedelta(days=1)
    lodged = [found for one in hung for found in objecting.lodge(wave, stage, one)]
    yield walk.today + ANSWER_AFTER
    for objection, trouble in lodged:
        objecting.settle(wave, stage, objection, trouble)
    yield _day_after(hung)
    for one in hung:
        _close(wave, stage, one)
    objecting.split_open(wave, stage)
    yield from objecting.object_late(wave, stage)


def _by_region(wave: WaveOfLists, stage: Stage) -> list[tuple[str, list[Case]]]:
    hangs = NoticeItem.valid(stage=stage.key, struck_tx="").values("case_key")
    cases = list(wave.cases(stage).exclude(pk__in=hangs))  # a split case keeps its run notice
    return wave.walk.by_place(stage, cases)


def _hang(wave: WaveOfLists, stage: Stage, region: str, cases: Sequence[Case]) -> Notice:
    walk, day = wave.walk, wave.walk.today
    drafter = walk.actor(Act.DRAFT_NOTICE, stage, region)
    releaser = walk.other(drafter, Act.RELEASE_NOTICE, stage, region)
    drafted = publicity.draft_notice(
        [item(case) for case in cases],
        stage=stage.key,
        programme=walk.programme,
        region=region,
        organ=walk.rules.organ(stage.actor).title,
        title=walk.rules.paper(stage.papers[0]).title if stage.papers else stage.title,
        kind=NoticeKind.NOTICE,
        places=places(wave, stage, region),
        by=drafter,
        done_on=day,
    )
    publicity.release_notice(drafted, by=releaser, done_on=day)
    hang_all(wave, stage, drafted)
    drafted.refresh_from_db()
    return drafted


def item(case: Case) -> ItemSpec:
    """What a list says of one household."""
    return ItemSpec(
        case_key=case.pk,
        household_id=case.household_id,
        group=case.group,
        head_name=case.head_name,
        persons=case.persons or 0,
        facts_sha256=case.facts_sha256,
    )


def places(wave: WaveOfLists, stage: Stage, region: str) -> list[PlaceSpec]:
    """Every kind of place the plan names; a village's kind once in each village of the wave."""
    walk = wave.walk
    found = []
    for kind in stage.need("places").kinds:
        if PLACE_LEVEL[kind] == Level.VILLAGE and walk.rules.level_of(stage) != Level.VILLAGE:
            codes = sorted({case.village_id for case in wave.cases(stage)})
        else:
            codes = [region]
        found += [PlaceSpec(kind, _place_name(kind), code, required=True) for code in codes]
    return found


def _place_name(kind: Place) -> str:
    return props.PLACE_NAMES[kind]


def hang_all(wave: WaveOfLists, stage: Stage, notice: Notice) -> None:
    """Hang it everywhere in the morning, each with its photo."""
    walk = wave.walk
    for posting in notice.postings.order_by("pk"):
        by = walk.actor(Act.HANG, stage, posting.region_id)
        photo = props.photo(f"{notice.pk}-{posting.pk}-start", posting.region_id, by)
        publicity.hang(posting, hung_at=at(walk.today, 10), photo=photo, by=by, done_on=walk.today)


def _day_after(hung: Sequence[Notice]) -> date:
    """The first open day on which every one of these terms is over."""
    ends = [one.closes_at for one in hung if one.closes_at]
    return open_day(max(clock.day_of(moment) for moment in ends))


def _close(wave: WaveOfLists, stage: Stage, notice: Notice) -> None:
    walk = wave.walk
    for posting in notice.postings.filter(required=True).order_by("pk"):
        by = walk.actor(Act.ADD_EVIDENCE, stage, posting.region_id)
        file = props.photo(f"{notice.pk}-{posting.pk}-end", posting.region_id, by)
        publicity.add_photo(
            posting,
            moment=Moment.END,
            taken_at=at(walk.today, 9),
            file=file,
            by=by,
            done_on=walk.today,
        )
    by = walk.actor(Act.CLOSE_NOTICE, stage, notice.region_id)
    closed = publicity.close_notice(notice, by=by, done_on=walk.today)
    if closed.count != 1:
        raise WrongTurn(f"{notice}: {closed.words()}")
