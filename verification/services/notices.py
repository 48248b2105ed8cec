"""拟公示: one notice of all households of some lists that wait for it, and where it is to hang."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from django.db.models import Max, QuerySet

from exitcase.core.choices import PLACE_LEVEL, Act, Level, Place, StageKind
from exitcase.core.models import Region, User
from exitcase.core.rules import Rules, Stage
from exitcase.core.words import chinese
from households.models import VillageYear
from publicity import services as publicity
from publicity.choices import NoticeKind
from publicity.models import Notice, NoticeItem
from publicity.payload import Contact
from publicity.services import ItemSpec, PlaceSpec
from verification.models import Batch, Case
from verification.services.district import region_of
from verification.services.entry import entry, one_programme

KINDS: Final = (StageKind.NOTICE,)
# Which places a village's record names.
NAMED: Final = {Place.VILLAGE_BOARD: "board_place", Place.GATHERING_PLACE: "gathering_place"}


def draft(
    batches: QuerySet[Batch],
    stage: str,
    *,
    organ: str,
    title: str,
    places: Sequence[PlaceSpec],
    by: User,
    done_on: date,
    contacts: Sequence[Contact] = (),
    reason: str = "",
) -> Notice:
    """Draft the notice of every household of these batches that waits for one at the stage.

    A village's list at a village's stage, one of several villages above it. Raises Refused for
    batches elsewhere, where no household waits, and as `publicity.draft_notice` does.
    """
    cases = waiting(batches, stage, one_programme(batches).rules)
    at = entry(cases, stage, Act.DRAFT_NOTICE, KINDS, by=by, done_on=done_on, reason=reason)
    with at as here:
        villages = {case.village_id for case in here.cases}
        drafted: Notice = publicity.draft_notice(
            [item_of(case) for case in as_read(here.cases)],
            stage=stage,
            programme=here.programme,
            region=region_of(villages, here.stage.level),
            organ=organ,
            title=title,
            kind=NoticeKind.NOTICE,
            places=places,
            contacts=contacts,
            round=_round(here.cases, stage),
            by=by,
            done_on=done_on,
            reason=reason,
        )
        return drafted


def amend(
    notice: Notice, cases: QuerySet[Case], *, title: str, reason: str, by: User, done_on: date
) -> Notice:
    """Take a notice down and draft its next round with these households, as their cases now stand.

    At the same places; the term begins anew when all hang again. Raises Refused for households
    that may not stand on it, and as `publicity.amend` does.
    """
    at = entry(cases, notice.stage, Act.DRAFT_NOTICE, KINDS, by=by, done_on=done_on, reason=reason)
    with at as here:
        again: Notice = publicity.amend(
            notice,
            [item_of(case) for case in as_read(here.cases)],
            title=title,
            reason=reason,
            by=by,
            done_on=done_on,
        )
        return again


def fit_for(notice: Notice) -> QuerySet[Case]:
    """The cases that may stand on an amended notice: its own that still wait, and who came after.

    Of its own plan's batches in its region which stand at its stage.
    """
    rules: Rules = notice.programme.rules
    elsewhere = NoticeItem.valid(stage=notice.stage, struck_tx="").exclude(notice=notice)
    here = Case.objects.filter(
        batch__programme=notice.programme_id,
        batch__stage=notice.stage,
        village__code__startswith=notice.region_id,
        state=rules.standing_before(notice.stage),
    )
    found: QuerySet[Case] = here.exclude(pk__in=elsewhere.values("case_key"))
    return found


def waiting(batches: QuerySet[Batch], stage: str, rules: Rules) -> QuerySet[Case]:
    """The cases of these batches that hang on no notice of the stage they stand before."""
    hangs = NoticeItem.valid(stage=stage, struck_tx="").values("case_key")
    here = Case.objects.filter(batch__in=batches.order_by().values("pk"), batch__stage=stage)
    found: QuerySet[Case] = here.filter(state=rules.standing_before(stage)).exclude(pk__in=hangs)
    return found


def places_of(stage: Stage, villages: Sequence[str], year: int) -> list[PlaceSpec]:
    """Where the plan wants it: in each village its kinds, above it once; five queries at most."""
    rows = VillageYear.objects.filter(village__in=villages, year=year)
    records = {row.village_id: row for row in rows}
    found = []
    for kind in stage.need("places").kinds:
        level = PLACE_LEVEL[kind]
        codes = villages if level == Level.VILLAGE else [region_of(villages, level)]
        titles = dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))
        for code in codes:
            own = getattr(records.get(code), NAMED.get(kind, ""), "")
            found.append(PlaceSpec(kind, own or f"{titles[code]}{chinese(kind)}", code))
    return found


def item_of(case: Case) -> ItemSpec:
    """What a list says of one household, as its case has frozen it."""
    return ItemSpec(
        case_key=case.pk,
        household_id=case.household_id,
        group=case.group,
        head_name=case.head_name,
        persons=case.persons or 0,
        facts_sha256=case.facts_sha256,
    )


def as_read(cases: Iterable[Case]) -> list[Case]:
    """In the order in which a list is read."""
    return sorted(cases, key=lambda case: (case.village_id, case.group, case.number))


def _round(cases: Sequence[Case], stage: str) -> int:
    """第几次: one more than the last notice of these households that was taken down."""
    before = Notice.objects.filter(
        stage=stage, items__case_key__in=[case.pk for case in cases]
    ).aggregate(last=Max("round"))
    return int(before["last"] or 0) + 1
