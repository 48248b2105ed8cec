"""What was signed by pen, as it is kept: the parts of each form, and every file about a case.

Never printed anew: a part without its scan is said to be without, one nobody signed is missing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exitcase.core import words
from exitcase.core.choices import (
    CLOSED,
    Capacity,
    End,
    PaperKind,
    Post,
    Role,
    SignMark,
    StageKind,
)
from exitcase.core.models import StoredFile
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_papers import form_of_household, form_signed_at
from exitcase.core.scope import SEE_THEIRS, Scope
from verification.models import (
    Batch,
    Case,
    Correction,
    Decision,
    Delivery,
    Hit,
    Inspection,
    Mandate,
    Meeting,
    Original,
    Signature,
    VisitPhoto,
)
from verification.models.statements import Statement

SAMPLED: Final = (StageKind.CHECK, StageKind.DRAW_CHECK)  # of which a plan may ask only some


class Kept(StrEnum):
    """What there is of one part of a form."""

    SIGNED = "signed"  # with its scan, or the strokes of the pen
    NO_SCAN = "no_scan"
    REFUSED = "refused"
    VOID = "void"
    MISSING = "missing"
    AHEAD = "ahead"  # the case has not come to that stage


KEPT: Final = {
    Kept.SIGNED: gettext_noop("已签"),
    Kept.NO_SCAN: gettext_noop("已登记签字,缺扫描件"),
    Kept.REFUSED: gettext_noop("拒签"),
    Kept.VOID: gettext_noop("作废"),
    Kept.MISSING: gettext_noop("缺"),
    Kept.AHEAD: gettext_noop("未到本环节"),
}
LACKING: Final = (Kept.MISSING, Kept.NO_SCAN)


@dataclass(frozen=True, slots=True)
class Part:
    """One place for a signature on a form: of which stage and post, and what is kept of it."""

    stage: Stage
    form: PaperKind
    slot: Post
    kept: Kept
    signature: Signature | None = None

    @property
    def word(self) -> str:
        return _(KEPT[self.kept])

    @property
    def title(self) -> str:
        """「民主评议·村支部书记」"""
        return f"{self.stage.title}·{words.word(self.slot)}"

    @property
    def how(self) -> str:
        """By what right and with what mark it was signed."""
        one = self.signature
        if one is None:
            return ""
        said = [words.word(Capacity(one.capacity))] if one.capacity else []
        return "、".join([*said, words.word(SignMark(one.mark))])


@dataclass(frozen=True, slots=True)
class Sheet:
    """One stored file: which paper it is, of which day, and which parts stand on it."""

    file: StoredFile
    folder: str
    title: str
    on: date
    parts: tuple[Part, ...] = ()
    void: bool = False


Told: TypeAlias = Callable[[Any, str], Sheet | None]  # of one row, under a folder's name


class Drawer:
    """The parts and files of some cases; as many queries for one as for a thousand."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.cases = {case.pk: case for case in cases}
        self._signed = self._by_case(Signature.objects.select_related("scan"))
        self._files: list[tuple[str, dict[int, list[Any]], Told]] = [
            (_("委托书"), self._by_case(Mandate.objects.select_related("file")), _mandate),
            (_("核查"), self._by_case(Inspection.objects.select_related("file")), _visit),
            (_("核查照片"), self._photos(), _photo),
            (_("更正单"), self._by_case(Correction.objects.select_related("scan")), _correction),
            (_("疑点"), self._by_case(Hit.objects.select_related("file")), _hit),
            (_("申请与声明"), self._by_case(Statement.objects.select_related("file")), _statement),
            (_("告知书"), self._by_case(Delivery.objects.select_related("file")), _delivery),
        ]

    def parts(self, case: Case) -> list[Part]:
        """Every part the plan has signed, in the order of its stages; void signatures last."""
        rules, signed = case.batch.rules, self._signed[case.pk]
        found = [
            part
            for stage in rules.chain
            if stage.signers
            for part in _of_stage(case, stage, [one for one in signed if one.stage == stage.key])
        ]
        void = [one for one in signed if one.void_tx and one.stage in rules.keys]
        return [*found, *(_part(rules, rules.stage(one.stage), one) for one in void)]

    def sheets(self, case: Case) -> list[Sheet]:
        """Every file kept about a case: the signed pages first, each once with all its parts."""
        return [*_pages(case, self.parts(case)), *self._others(case)]

    def _others(self, case: Case) -> Iterator[Sheet]:
        for folder, rows, told in self._files:
            for row in rows[case.pk]:
                sheet = told(row, folder)
                if sheet:
                    yield sheet

    def _by_case(self, rows: QuerySet[Any]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in rows.filter(case__in=list(self.cases)).order_by("pk"):
            row.case = self.cases[row.case_id]  # with its batch and plan, unasked
            found[row.case_id].append(row)
        return found

    def _photos(self) -> dict[int, list[Any]]:
        """The photos of visits, of the void ones too; one query."""
        found: dict[int, list[Any]] = defaultdict(list)
        rows = VisitPhoto.objects.filter(inspection__case__in=list(self.cases))
        for row in rows.select_related("file", "inspection").order_by("pk"):
            row.inspection.case = self.cases[row.inspection.case_id]
            found[row.inspection.case_id].append(row)
        return found


def _of_stage(case: Case, stage: Stage, signed: Sequence[Signature]) -> Iterator[Part]:
    rules = case.batch.rules
    valid = [one for one in signed if not one.void_tx]
    passed = rules.keys.index(stage.key) < _reached(case)
    if passed and not valid and stage.kind in SAMPLED:
        return  # the case was not among those that were visited
    for slot in stage.need("signers").slots:
        own = [one for one in valid if one.slot == slot]
        yield from (_part(rules, stage, one) for one in own)
        if not own:
            ahead = rules.keys.index(stage.key) > _reached(case)
            kept = Kept.AHEAD if ahead else Kept.MISSING
            yield Part(stage, form_signed_at(rules, stage), Post(slot), kept)


def _part(rules: Rules, stage: Stage, one: Signature) -> Part:
    form = PaperKind(one.paper) if one.paper else form_signed_at(rules, stage)
    return Part(stage, form, Post(one.slot), _kept(one), one)


def _kept(one: Signature) -> Kept:
    if one.void_tx:
        return Kept.VOID
    if one.refused:
        return Kept.REFUSED
    return Kept.SIGNED if one.scan_id else Kept.NO_SCAN


def _reached(case: Case) -> int:
    """The place in the chain of the stage a case stands at, or ended at."""
    keys = case.batch.rules.keys
    if case.state == End.GRANTED or case.batch.stage == CLOSED:
        return len(keys)
    at = case.ended_at_stage if case.state in set(End) else case.batch.stage
    return keys.index(at) if at in keys else len(keys)


def _pages(case: Case, parts: Sequence[Part]) -> list[Sheet]:
    """A page that several have signed is one file."""
    pages: dict[int, Sheet] = {}
    for part in parts:
        one = part.signature
        if one is None or one.scan is None:
            continue
        void = part.kept == Kept.VOID
        known = pages.get(one.scan.pk)
        if known:
            parts_of_it, void = (*known.parts, part), known.void and void
            pages[one.scan.pk] = replace(known, parts=parts_of_it, void=void)
        else:
            title = form_title(case.batch.rules, part.form)
            about = title, part.stage.title, one.signed_on, (part,), void
            pages[one.scan.pk] = Sheet(one.scan, *about)
    return list(pages.values())


def form_title(rules: Rules, form: PaperKind) -> str:
    """「附件1 2020年度贫困户脱贫验收表」; a form of no plan by the household's own."""
    kind = form if rules.has_paper(form) else form_of_household(rules)
    if not rules.has_paper(kind):
        return str(kind)
    row = rules.paper(kind)
    return f"{row.number} {row.title}".strip()


def _mandate(row: Mandate, folder: str) -> Sheet | None:
    about = folder, f"{row.number} {row.agent}", row.valid_from
    return _sheet(row.file, *about, void=row.void_tx)


def _visit(row: Inspection, folder: str) -> Sheet | None:
    title = row.case.batch.rules.stage(row.stage).title
    return _sheet(row.file, folder, title, row.done_on, void=row.void_tx)


def _photo(row: VisitPhoto, folder: str) -> Sheet | None:
    visit = row.inspection
    title = visit.case.batch.rules.stage(visit.stage).title
    return _sheet(row.file, folder, title, visit.done_on, void=visit.void_tx)


def _correction(row: Correction, folder: str) -> Sheet | None:
    on = row.confirmed_on or row.entered_on
    return _sheet(row.scan, folder, row.number, on, void=row.void_tx)


def _hit(row: Hit, folder: str) -> Sheet | None:
    on = row.explained_on or row.raised_on
    return _sheet(row.file, folder, f"{row.number} {row.detail}", on)


def _statement(row: Statement, folder: str) -> Sheet | None:
    return _sheet(row.file, folder, row.get_kind_display(), row.given_on)


def _delivery(row: Delivery, folder: str) -> Sheet | None:
    return _sheet(row.file, folder, f"{_('签收')} {row.receiver}", row.delivered_on)


def _sheet(
    file: StoredFile | None, folder: str, title: str, on: date, void: str = ""
) -> Sheet | None:
    return Sheet(file, folder, title, on, void=bool(void)) if file else None


# ── of a whole batch ──────────────────────────────────────────────────────────────────────────


def of_batch(scope: Scope, batch: Batch) -> list[Sheet]:
    """Files that count the cases of a batch: minutes, decisions, originals filed.

    Who sees only a share of the households sees none of them: they name the others.
    """
    whole = scope.of_role(set(Role) - SEE_THEIRS)
    if not whole.filter(Batch.objects.filter(pk=batch.pk)).exists():
        return []
    keys = Case.objects.filter(batch=batch).values("pk")
    held = Meeting.objects.filter(votes__case__in=keys, minutes__isnull=False).distinct()
    taken = Decision.objects.filter(items__case__in=keys, scan__isnull=False).distinct()
    filed = Original.objects.filter(batch=batch).select_related("file").order_by("pk")
    meetings = whole.filter(held.select_related("minutes")).order_by("pk")
    decisions = whole.filter(taken.select_related("scan")).order_by("pk")
    rules = batch.rules
    return [
        *(_minutes(one) for one in meetings if one.minutes),
        *(_decision(one) for one in decisions if one.scan),
        *(_original(one, rules) for one in filed),
    ]


def _minutes(one: Meeting) -> Sheet:
    assert one.minutes  # noqa: S101  # filtered above
    return Sheet(one.minutes, _("会议记录"), one.number, one.held_on)


def _decision(one: Decision) -> Sheet:
    assert one.scan  # noqa: S101  # filtered above
    return Sheet(one.scan, _("审批与批准"), one.number, one.decided_on or one.proposed_on)


def _original(one: Original, rules: Rules) -> Sheet:
    title = f"{form_title(rules, PaperKind(one.paper_kind))} {one.number}"
    return Sheet(one.file, _("备案原件"), title, one.filed_on)
