"""A notice: drafted, released by a second person, hung at every place, closed after its term."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core import clock
from exitcase.core.choices import PLACE_LEVEL, Act, Level, PaperKind, Place, Post, Reason
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import at, open_day
from exitcase.walk.players.village import end
from exitcase.walk.story import WaveOfLists, WrongTurn
from exitcase.walk.troubles import Trouble
from publicity import services as publicity
from publicity.choices import Channel, Moment, NoticeKind, ObjectionKind, Outcome
from publicity.models import Notice, NoticeItem, Objection
from publicity.queries import answering_level
from publicity.services import ItemSpec, ObjectionSpec, PlaceSpec
from verification.models import Case
from verification.services import correction

ANSWER_AFTER = timedelta(days=2)


def notice(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """One notice per village at village level, one for the whole wave above it."""
    walk = wave.walk
    hung = [_hang(wave, stage, region, cases) for region, cases in _by_region(wave, stage)]
    if not hung:
        return
    yield walk.today + timedelta(days=1)
    lodged = [found for one in hung for found in _object(wave, stage, one)]
    yield walk.today + ANSWER_AFTER
    for objection, trouble in lodged:
        _answer(wave, stage, objection, trouble)
    yield _day_after(hung)
    for one in hung:
        _close(wave, stage, one)
    _split_open(wave, stage)


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


def _object(wave: WaveOfLists, stage: Stage, notice: Notice) -> list[tuple[Objection, Trouble]]:
    """Somebody objects against those whose trouble it is, at the first notice that names them."""
    walk = wave.walk
    cases = list(Case.objects.filter(pk__in=notice.items.values("case_key")))
    found = []
    for case in walk.fate.those(
        cases,
        Trouble.OBJECTION_UPHELD,
        Trouble.OBJECTION_DISMISSED,
        Trouble.OBJECTION_STILL_OPEN,
    ):
        if Objection.objects.filter(case_key=case.pk).exists():
            continue
        entry = NoticeItem.objects.get(notice=notice, case_key=case.pk)
        lodged = publicity.lodge(
            entry,
            ObjectionSpec(
                received_on=walk.today,
                channel=Channel.WRITTEN,
                text="认为该户收入核算与实际不符",
            ),
            kind=ObjectionKind.OBJECTION,
            by=walk.actor(Act.OBJECT, stage, case.village_id),
            done_on=walk.today,
        )
        found.append((lodged, walk.fate.of_case[case.pk]))
    return found


def _answer(wave: WaveOfLists, stage: Stage, objection: Objection, trouble: Trouble) -> None:
    if trouble == Trouble.OBJECTION_STILL_OPEN:
        return
    case = Case.objects.select_related("household").get(pk=objection.case_key)
    upheld = trouble == Trouble.OBJECTION_UPHELD
    answer(wave, objection, Outcome.UPHELD if upheld else Outcome.DISMISSED)
    if not upheld:
        number, code = case.household.number, Outcome.DISMISSED
        wave.walk.fate.tell(trouble, number, stage.key, code, _paper(wave, stage))
        return
    by = wave.walk.actor(Act.STRIKE_OUT, stage, case.village_id)
    entries = NoticeItem.objects.filter(objections=objection.pk)
    publicity.strike_out(entries, reason="异议成立", by=by, done_on=wave.walk.today)
    end(wave, case, stage, trouble, reason=Reason.OBJECTION_UPHELD, note="经核查,异议成立")


def _paper(wave: WaveOfLists, stage: Stage) -> PaperKind:
    """The notice objected to."""
    village = wave.walk.rules.level_of(stage) == Level.VILLAGE
    return PaperKind.VILLAGE_NOTICE if village else PaperKind.TOWNSHIP_NOTICE


def answer(wave: WaveOfLists, objection: Objection, outcome: Outcome) -> None:
    walk = wave.walk
    level = answering_level(walk.rules, ObjectionKind(objection.kind))
    by = walk.cast.one(Act.ANSWER_OBJECTION, level, objection.region_id)
    answered = publicity.answer(
        objection,
        outcome=outcome,
        checkers=[one.name for one in walk.cast.holders(walk.township.code, Post.TOWNSHIP_CADRE)],
        conclusion="入户核查,查看收入佐证,走访邻居",
        file=props.scan(f"{objection.number}-answer", objection.region_id, by),
        number=f"{objection.number}-答复",
        by=by,
        done_on=walk.today,
    )
    if answered.open:  # of an organ that never logs in: a second officer confirms it
        other = walk.cast.one(Act.ANSWER_OBJECTION, level, objection.region_id, nth=1)
        publicity.confirm_answer(objection, by=other, done_on=walk.today)


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


def _split_open(wave: WaveOfLists, stage: Stage) -> None:
    """What is still objected to at the end of the term follows later; the others go on."""
    walk = wave.walk
    cases = list(wave.cases(stage))
    still = {row.case_key for row in Objection.objects.filter(open=True)}
    for case in [one for one in cases if one.pk in still]:
        by = walk.actor(Act.SPLIT_OFF, stage, case.village_id)
        home = correction.split_off(
            Case.objects.filter(pk=case.pk),
            reason="公示期满时异议尚未办结",
            by=by,
            done_on=walk.today,
        )
        walk.fate.tell(
            Trouble.OBJECTION_STILL_OPEN,
            case.household.number,
            stage.key,
            "",
            _paper(wave, stage),
        )
        objection = Objection.objects.get(case_key=case.pk, open=True)
        answer(wave, objection, Outcome.DISMISSED)
        walk.later(home)
