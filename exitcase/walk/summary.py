"""What came of it: one JSON for machines, one ledger for people; the sums are checked here too."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, Sum

from exitcase.core import verify
from exitcase.core.choices import DIGITS, ENDS, LISTED, End, Level
from exitcase.core.models import Block, Entry, Paper
from exitcase.core.papers.workbook import Cell, Page, write
from exitcase.core.words import word
from exitcase.walk.story import Walk, WrongTurn
from exitcase.walk.troubles import Told
from households.choices import Change
from households.models import Household, MemberChange
from verification.models import Batch, Case
from verification.services import counts

NOT_LISTED: Final = "not_listed"
STILL_OPEN: Final = "still_open"
HEADS: Final = (
    "村", "户编号", "户主", "人口", "人口变更", "批次",
    "结果", "原因", "环节", "环节代码", "结果代码", "以前环节代码", "户状态代码",
)  # fmt: skip
WIDTHS: Final = (16, 18, 14, 8, 8, 10, 14, 22, 16, 20, 14, 20, 12)

Figure = Mapping[str, int]


def figure(households: int | None, persons: int | None) -> Figure:
    """户 and 人, always together."""
    return {"households": households or 0, "persons": persons or 0}


def build(walk: Walk) -> dict[str, Any]:
    """The summary; raises WrongTurn when its sums do not tie or the journal does not verify."""
    chain = walk.township.code[: DIGITS[Level.DISTRICT]]
    where = {"village__in": [village.code for village in walk.villages]}
    found = {
        "programme": walk.programme.key,
        "version": walk.programme.version,
        "township": walk.township.code,
        "last_day": walk.today.isoformat(),
        "register": _sum(Household.objects.filter(**where)),
        "came_to": _came_to(where),
        "by_code": _by_code(where),
        "stages": {
            row["state"]: figure(row["n_households"], row["n_persons"])
            for row in counts.standing(programme=walk.programme, **where)
        },
        "batches": dict(
            Batch.objects.filter(programme=walk.programme, **where)
            .values_list("stage")
            .annotate(n=Count("pk"))
            .order_by("stage")
        ),
        "troubles": [_told(told) for told in walk.fate.told],
        "unmet": {str(trouble): count for trouble, count in sorted(walk.fate.unmet.items())},
        "papers": dict(
            Paper.objects.filter(district=chain)
            .values_list("kind")
            .annotate(n=Count("pk"))
            .order_by("kind")
        ),
        "journal": _journal(chain),
    }
    _refuse_untied(found)
    return found


def write_all(walk: Walk) -> dict[str, Any]:
    """Write `summary.json` and 台账.xlsx into the walk's folder, and give the summary."""
    found = build(walk)
    walk.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    (walk.out / "summary.json").write_text(text, encoding="utf-8")
    (walk.out / "台账.xlsx").write_bytes(_ledger(walk))
    return found


def _sum(rows: Any) -> Figure:
    summed = rows.aggregate(n=Count("pk"), heads=Sum("persons"))
    return figure(summed["n"], summed["heads"])


def _came_to(where: Mapping[str, Any]) -> dict[str, Figure]:
    """Not listed + granted + refused + withdrawn + ceased + still open = register."""
    register = Household.objects.filter(**where)
    last = _last_cases(where)
    listed = [case.household_id for case in last.values()]
    ends = {end.value: [0, 0] for end in End} | {STILL_OPEN: [0, 0]}
    for case in last.values():
        count = ends[case.state if case.state in ENDS else STILL_OPEN]
        count[0] += 1
        count[1] += case.persons or 0
    return {
        NOT_LISTED: _sum(register.exclude(pk__in=listed)),
        **{key: figure(*count) for key, count in ends.items()},
    }


def _last_cases(where: Mapping[str, Any]) -> dict[int, Case]:
    """Household → its latest case."""
    rows = Case.objects.filter(**where).select_related("household", "batch").order_by("pk")
    return {case.household_id: case for case in rows}


def _by_code(where: Mapping[str, Any]) -> dict[str, Figure]:
    households: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    for case in _last_cases(where).values():
        if case.end_reason:
            code = f"{case.end_reason}:{case.end_bar}" if case.end_bar else case.end_reason
            households[code] += 1
            persons[code] += case.persons or 0
    return {code: figure(households[code], persons[code]) for code in sorted(households)}


def _told(told: Told) -> dict[str, str]:
    return {
        "trouble": told.trouble,
        "household": told.household,
        "stage": told.stage,
        "code": str(told.code),
        "paper": str(told.paper),
    }


def _journal(chain: str) -> dict[str, Any]:
    findings = verify.verify(chain)
    if findings:
        raise WrongTurn(f"流水核验不通过:{findings[0]}")
    head = Block.objects.filter(chain=chain).order_by("seq").last()
    return {
        "chain": chain,
        "blocks": head.seq if head else 0,
        "head": head.hash if head else "",
        "entries": Entry.objects.filter(chain=chain).count(),
    }


def _refuse_untied(found: Mapping[str, Any]) -> None:
    """The sums of the cases, of the ledger of counts, and of the register agree."""
    for unit in ("households", "persons"):
        parts = sum(part[unit] for part in found["came_to"].values())
        if parts != found["register"][unit]:
            raise WrongTurn(f"{unit}: {parts} 与登记 {found['register'][unit]} 不符")
        open_ = sum(part[unit] for state, part in found["stages"].items() if state not in ENDS)
        if open_ != found["came_to"][STILL_OPEN][unit]:
            raise WrongTurn(f"{unit}: 在办 {open_} 与 {found['came_to'][STILL_OPEN][unit]} 不符")


def _ledger(walk: Walk) -> bytes:
    """One row a household of the register, with what came of it."""
    where = {"village__in": [village.code for village in walk.villages]}
    last, changes, earlier = _last_cases(where), _changes(where), _earlier(walk, where)
    page = Page("台账", WIDTHS, landscape=True)
    page.head(*HEADS)
    for one in Household.objects.filter(**where).select_related("village").order_by("number"):
        line = _line(walk, one, last.get(one.pk), changes.get(one.pk, 0))
        page.add(*line, earlier.get(one.pk, ""), one.status)
    return write([page])


def _earlier(walk: Walk, where: Mapping[str, Any]) -> Mapping[int, str]:
    """Household → the stages at which its cases before the latest ended."""
    last = [case.pk for case in _last_cases(where).values()]
    found: dict[int, str] = {}
    for case in Case.objects.filter(**where).exclude(pk__in=last).order_by("pk"):
        at = case.ended_at_stage or walk.rules.granted_at
        found[case.household_id] = f"{found.get(case.household_id, '')} {at}".strip()
    return found


def _changes(where: Mapping[str, Any]) -> Mapping[int, int]:
    """Household → how many persons more, or less, than when the register was read."""
    found: Counter[int] = Counter()
    within = {f"member__household__{name}": value for name, value in where.items()}
    rows = MemberChange.objects.filter(**within).values_list("member__household", "change")
    for household, change in rows:
        found[household] += 1 if change == Change.ADDED else -1
    return found


def _line(walk: Walk, one: Household, case: Case | None, change: int) -> tuple[Cell, ...]:
    persons = case.persons if case else one.persons
    head = (one.village.name, one.number, one.head_name, persons, change)
    if case is None:
        return (*head, "", "未列入", "", "", "", NOT_LISTED)
    ended = case.state in ENDS
    at = case.ended_at_stage or (walk.rules.granted_at if ended else case.state)
    title = "" if at == LISTED else walk.rules.stage(at).title
    result = case.state if ended else STILL_OPEN
    return (
        *head,
        case.batch.name,
        word(End(case.state)) if ended else "在办",
        case.end_note,
        title,
        at,
        result,
    )
