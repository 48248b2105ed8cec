"""Opening a batch: a village puts households on its list, and their facts are frozen."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, journal
from exitcase.core.choices import ENDS, LISTED, LIVE, Act, Level, Purpose, Status
from exitcase.core.errors import Refused
from exitcase.core.models import Programme, User
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from exitcase.core.words import word
from households import services as register
from households.choices import Kind
from households.models import Household, HouseholdYear, VillageYear
from households.queries import facts_shas
from verification.models import Batch, Case
from verification.services import counts
from verification.services.locks import lock_cases


def list_cases(
    village: str,
    households: QuerySet[Household],
    *,
    programme: Programme,
    by: User,
    done_on: date,
    reason: str = "",
) -> Batch:
    """Open the village's next batch and put these households on its list.

    Raises Refused, naming the households, for one of another village, one whose status the
    plan does not list, and one whose case is still open. Freezes head, members, divisor, income
    and stratum of every case (DESIGN 5).
    """
    rules = programme.rules
    with door(by, Act.LIST, Level.VILLAGE, [village], rules=rules, done_on=done_on, reason=reason):
        chosen = list(households.order_by("group", "number").select_for_update(of=("self",)))
        _refuse_strangers(chosen, village, rules)
        _refuse_open(chosen, rules)
        return put_on_list(chosen, village, programme)


def listable(village: str, rules: Rules) -> QuerySet[Household]:
    """The village's households that the plan may list and that have no open case under it."""
    running = Case.objects.filter(purpose=rules.purpose).exclude(state__in=ENDS)
    here = Household.objects.filter(village=village, status__in=rules.listing.status)
    return here.exclude(pk__in=running.values("household"))


def put_on_list(chosen: Sequence[Household], village: str, programme: Programme) -> Batch:
    """The village's next batch with these households on it; inside the act that chose them."""
    rules = programme.rules
    batch = _open_batch(village, programme)
    Case.objects.bulk_create(_cases(chosen, batch, rules), batch_size=500)
    cases = Case.objects.filter(batch=batch)
    journal.record_set(Act.LIST, cases, "state", stage=rules.first.key)
    counts.listed(cases)
    if rules.purpose == Purpose.EXIT:
        listed = Household.objects.filter(pk__in=[one.pk for one in chosen])
        register.set_status(listed, Status.EXITING, basis=str(batch))
    return batch


def record_year(
    case: Case, data: Mapping[str, Any], *, by: User, done_on: date, reason: str = "", **more: Any
) -> HouseholdYear:
    """Record the household's year while its case is being collected, and freeze it anew.

    `more` is what the register takes besides: `items`, `measures`, `version`; summed up by the
    rules the case is pinned to. After collection a change of facts is a correction. Raises
    Refused then.
    """
    rules = case.batch.rules
    village = case.village_id
    with door(
        by, Act.RECORD_YEAR, Level.VILLAGE, [village], rules=rules, done_on=done_on, reason=reason
    ):
        one = Case.objects.filter(pk=case.pk)
        access.refuse_others(by, Act.RECORD_YEAR, Level.VILLAGE, one)
        lock_cases(one)
        if one.filter(state=LISTED).count() != 1:
            raise Refused(
                _("该户已过数据采集环节,事实有误须走更正"),
                place=str(case),
                rule=_("采集环节内可直接修改"),
            )
        record: HouseholdYear = register.record_year(
            case.household, rules.year, data, rules=rules, during_case=True, **more
        )
        refreeze(one)
        return record


def record_household(
    household: Household,
    year: int,
    data: Mapping[str, Any],
    *,
    by: User,
    done_on: date,
    reason: str = "",
    **more: Any,
) -> HouseholdYear:
    """Record a household's year: by its case where one of that year is open, else in the register.

    `more` and what is refused: see `record_year` here and `households.services.record_year`.
    """
    case = open_case(household, year)
    at: dict[str, Any] = {"by": by, "done_on": done_on, "reason": reason, **more}
    if case:
        return record_year(case, data, **at)
    record: HouseholdYear = register.record_year(household, year, data, **at)
    return record


def open_case(household: Household, year: int) -> Case | None:
    """The household's open case under a plan of that year."""
    rows = Case.objects.filter(household=household, state__in=LIVE).select_related(
        "batch__programme", "household"
    )
    return next((one for one in rows.order_by("-pk") if one.batch.rules.year == year), None)


def refreeze(cases: QuerySet[Case]) -> None:
    """Take the register's facts into the cases again. The caller holds the batches' lock."""
    rows = list(cases.select_related("household", "batch__programme"))
    for year, group in _by_year(rows).items():
        frozen = _Facts([case.household for case in group], year)
        for case in group:
            for name, value in frozen.of(case.household, case.status_before).items():
                setattr(case, name, value)
    Case.objects.bulk_update(rows, _Facts.COLUMNS, batch_size=500)


def _by_year(rows: Sequence[Case]) -> dict[int, list[Case]]:
    years: dict[int, list[Case]] = {}
    for case in rows:
        years.setdefault(case.batch.rules.year, []).append(case)
    return years


class _Facts:
    """What a case freezes of many households in one year, in four queries."""

    COLUMNS = (
        "head_name", "group", "persons", "net_fen", "divisor", "facts_sha256", "poor_village",
        "relapsed", "low_income", "destitute",
    )  # fmt: skip

    def __init__(self, households: Sequence[Household], year: int) -> None:
        keys = [one.pk for one in households]
        records = HouseholdYear.objects.filter(household__in=keys, year=year)
        self.years = {record.household_id: record for record in records}
        villages = {one.village_id for one in households}
        self.poor = dict(
            VillageYear.objects.filter(village__in=villages, year=year).values_list(
                "village", "poor_village"
            )
        )
        self.shas = facts_shas(keys, year)

    def of(self, one: Household, status: str) -> dict[str, Any]:
        """`status` is the household's before it was listed: since then it is another."""
        record = self.years.get(one.pk)
        return {
            "head_name": one.head_name,
            "group": one.group,
            "persons": one.persons,
            "net_fen": record.net_fen if record else None,
            "divisor": record.persons if record else None,
            "facts_sha256": self.shas[one.pk],
            "poor_village": self.poor.get(one.village_id),
            "relapsed": status == Status.RELAPSED or one.relapsed_year is not None,
            "low_income": one.kind == Kind.LOW_INCOME,
            "destitute": one.kind == Kind.DESTITUTE,
        }


def _cases(households: Sequence[Household], batch: Batch, rules: Rules) -> list[Case]:
    frozen = _Facts(households, rules.year)
    earlier = dict(
        Case.objects.filter(household__in=[one.pk for one in households])
        .values_list("household")
        .annotate(n=Count("pk"))
    )
    return [
        Case(
            batch=batch,
            village_id=batch.village_id,
            household=one,
            number=_number(rules.year, one, earlier.get(one.pk, 0)),
            purpose=rules.purpose,
            status_before=one.status,
            **frozen.of(one, one.status),
        )
        for one in households
    ]


def _number(year: int, one: Household, earlier: int) -> str:
    """YS-2020-<户编号>, and -2, -3 … for a household listed again."""
    again = f"-{earlier + 1}" if earlier else ""
    return f"YS-{year}-{one.number}{again}"


def _open_batch(village: str, programme: Programme) -> Batch:
    part = next_part(village, programme)
    batch: Batch = Batch.objects.create(
        village_id=village, programme=programme, part=part, stage=programme.rules.first.key
    )
    journal.record(Act.LIST, batch, "", batch.stage, stage=batch.stage)
    return batch


def next_part(village: str, programme: Programme) -> int:
    """The number of the village's next list; the unique constraint settles a race."""
    family = Batch.objects.filter(village=village, programme=programme)
    return int(family.aggregate(last=Max("part"))["last"] or 0) + 1


def _refuse_strangers(chosen: Sequence[Household], village: str, rules: Rules) -> None:
    strange = [one for one in chosen if one.village_id != village]
    unlisted = [one for one in chosen if one.status not in rules.listing.status]
    if not chosen:
        raise Refused(_("名单上没有户"), rule=_("至少一户;没有拟退出户的村报零"))
    if strange:
        raise Refused(_("名单上有其他村的户"), place=_names(strange), rule=_("一个批次只含一个村"))
    if unlisted:
        raise Refused(
            _("名单上有不能列入的户"),
            place=_names(unlisted),
            value="、".join(sorted({word(Status(one.status)) for one in unlisted})),
            rule=_("状态须为:%s,且没有在办的户案")
            % "、".join(word(Status(one)) for one in rules.listing.status),
        )


def _refuse_open(chosen: Sequence[Household], rules: Rules) -> None:
    """The status tells it of an exit; plans of other purposes leave the status as it is."""
    waiting = Case.objects.filter(household__in=[one.pk for one in chosen], purpose=rules.purpose)
    running = list(waiting.exclude(state__in=ENDS).order_by("pk")[:20])
    if running:
        raise Refused(
            _("名单上有户已有在办的户案"),
            place="、".join(str(case) for case in running),
            rule=_("同一用途每户同时只有一个户案,办结后可再列入"),
        )


def _names(households: Sequence[Household]) -> str:
    return "、".join(str(one) for one in households[:20])
