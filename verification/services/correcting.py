"""更正 (DESIGN 8): one enters what was wrong, another confirms it; then the plan says what follows.

*Clerical* facts are corrected in place. A *public* one strikes its entries from the first notice on
that prints it; a *material* one sends the case back to the first stage whose paper prints it. Which
fact is of which class, and where it is printed, the programme says. Whatever the class, what stays
valid rested on the old facts and holds for the new: a confirmed 更正单 covers the step.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, journal
from exitcase.core.choices import CLOSED, LIVE, Act, Level
from exitcase.core.errors import Refused
from exitcase.core.models import Paper, StoredFile, User
from exitcase.core.papers import store
from exitcase.core.rules import FactClass, Rules
from exitcase.core.services.door import door
from households import services as register
from households.changes import Line, lines, printed, together
from verification.models import Batch, Case, Correction, FactStep, Mandate
from verification.services import counts
from verification.services.correction import take_back, undo
from verification.services.entry import refuse_long
from verification.services.listing import refreeze
from verification.services.locks import lock_cases

# The heaviest first: a 更正单 is of the class of the heaviest of its facts.
WEIGHT: Final = (FactClass.MATERIAL, FactClass.PUBLIC, FactClass.CLERICAL)
REJECTED: Final = "rejected"


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a 更正单 is and what follows when it is confirmed, as things stand now.

    `back`: the stage to be done anew, and all after it; "" where nothing is. `aside`: whether the
    case leaves its batch for it.
    """

    lines: tuple[Line, ...]
    kind: FactClass
    back: str
    aside: bool
    level: Level  # of who confirms it


class _SeenEnough(Exception):  # noqa: N818  # how looking ahead ends, not a fault
    """Takes the whole act back."""


def foresee(
    case: Case, changes: register.Changes, *, reason: str, by: User, done_on: date
) -> Foresight:
    """What `enter` would make of it: the very act, taken back before its end. Nothing is written.

    Refused as `enter` is.
    """
    found = []
    with suppress(_SeenEnough), _entered(case, changes, reason, by, done_on) as made:
        found.append(follows(made))
        raise _SeenEnough
    return found[0]


def follows(correction: Correction) -> Foresight:
    """What confirming an entered one would do now."""
    batch = Case.objects.select_related("batch__programme").get(pk=correction.case_id).batch
    rules: Rules = batch.rules
    back = _back(batch, correction)
    return Foresight(
        correction.lines,
        FactClass(correction.kind),
        back,
        bool(back) and back != batch.stage,
        rules.level_of(rules.stage(batch.stage)),
    )


def enter(
    case: Case, changes: register.Changes, *, reason: str, by: User, done_on: date
) -> Correction:
    """Correct the register and the case's facts; the case is held until another confirms it.

    Raises Refused for a case that has ended, while another 更正单 waits, where nothing differs,
    for a fact of which the plan says nothing, and as the register's services do (no 分户).
    """
    with _entered(case, changes, reason, by, done_on) as made:
        return made


@contextmanager
def _entered(
    case: Case, changes: register.Changes, reason: str, by: User, done_on: date
) -> Iterator[Correction]:
    rules: Rules = case.batch.rules
    codes = [case.village_id]
    if not reason.strip():
        raise Refused(_("请写明原因"), place=str(case), example=_("户主病故,由其配偶任户主"))
    with door(by, Act.CORRECT, Level.VILLAGE, codes, rules=rules, done_on=done_on, reason=reason):
        lock_cases(Case.objects.filter(pk=case.pk))
        held = _live(case)
        before = printed(held.household_id, rules.year)
        register.correct(held.household, changes, rules)
        found = lines(before, printed(held.household_id, rules.year))
        made = _made(held, found, reason, by, done_on)
        _refreeze(held, made)
        refuse_long([made])
        made.save(force_insert=True)
        journal.record(
            Act.CORRECT,
            held,
            made.old_sha256,
            made.new_sha256,
            stage=made.stage,
            facts={"number": made.number, "lines": made.changed},
        )
        yield made


def confirm(
    correction: Correction, *, scan: StoredFile, by: User, done_on: date, reason: str = ""
) -> Correction:
    """Let the 更正单 hold, signed by both: by another than who entered it, at the case's level.

    What stays valid is covered from now on; from `redone_from` on all is void and the case stands
    there again, in a batch of its own where its batch has gone on. Raises NotAllowed for who
    entered it, Refused when it was confirmed or rejected before.
    """
    with _at(correction, by, done_on, reason) as (found, batch):
        case = _live(found.case)
        back = _back(batch, found)
        found.scan, found.confirmed_by, found.confirmed_on = scan, by, done_on
        found.redone_from = back
        found.save()
        _cover(found)
        if back:
            _do_anew(case, batch, back)
        journal.record(
            Act.CONFIRM_CORRECTION,
            case,
            found.number,
            back,
            stage=batch.stage,
            facts={"scan": scan.sha256},
        )
        return found


def reject(correction: Correction, *, reason: str, by: User, done_on: date) -> Correction:
    """Refuse to confirm it: it covers nothing, and another one has to put the register right."""
    if not reason.strip():
        raise Refused(_("请写明原因"), place=correction.number, example=_("死亡证明与户口簿不符"))
    with _at(correction, by, done_on, reason) as (found, batch):
        found.void_tx = journal.current().tx
        found.save()
        journal.record(
            Act.CONFIRM_CORRECTION, found.case, found.number, REJECTED, stage=batch.stage
        )
        return found


@contextmanager
def _at(
    correction: Correction, by: User, done_on: date, reason: str
) -> Iterator[tuple[Correction, Batch]]:
    """Enter by the right of the level that holds the case; gives both as they are now, locked."""
    batch = Case.objects.select_related("batch__programme").get(pk=correction.case_id).batch
    rules = batch.rules
    _refuse_closed(batch)
    with door(
        by,
        Act.CONFIRM_CORRECTION,
        rules.level_of(rules.stage(batch.stage)),
        [batch.village_id],
        rules=rules,
        done_on=done_on,
        reason=reason or correction.reason,
    ):
        (locked,) = lock_cases(Case.objects.filter(pk=correction.case_id))
        found = Correction.objects.select_related("case").get(pk=correction.pk)
        if (locked.pk, locked.stage) != (batch.pk, batch.stage):
            raise Refused(_("批次刚刚变动,请刷新后再办"), place=str(locked))
        if not found.open:
            raise Refused(_("该更正单已确认或已退回"), place=found.number)
        access.two_people(found.entered_by_id, by.pk)
        yield found, locked


def _refuse_closed(batch: Batch) -> None:
    if batch.stage == CLOSED:
        raise Refused(_("该批次已办结"), place=batch.named)


def _live(case: Case) -> Case:
    """The case as it is now. Raises Refused for one that has ended: its register is open again."""
    found: Case = Case.objects.select_related("household", "batch__programme").get(pk=case.pk)
    if found.state not in LIVE:
        raise Refused(
            _("该户已办结,不再更正"), place=str(found), rule=_("登记信息可直接按变更办理")
        )
    return found


def _rejected(case: Case) -> Correction | None:
    """The last 更正单, if it was rejected: the next one starts from where that did."""
    last = Correction.objects.filter(case=case).order_by("pk").last()
    if last and last.open:
        raise Refused(
            _("该户还有更正单未经第二人确认"), place=last.number, rule=_("先确认或退回前一份")
        )
    return last if last and last.void_tx else None


def _made(case: Case, changed: Sequence[Line], reason: str, by: User, done_on: date) -> Correction:
    rejected = _rejected(case)
    if not changed:
        raise Refused(_("更正前后没有不同"), place=str(case))
    found = together(rejected.lines, changed) if rejected else changed
    made = Correction(
        case=case,
        number=f"GZD-{case.number}-{case.corrections.count() + 1}",
        kind=_class(case, found),
        stage=case.batch.stage,
        old_sha256=rejected.old_sha256 if rejected else case.facts_sha256,
        reason=reason,
        entered_by=by,
        entered_on=done_on,
        tx=journal.current().tx,
    )
    made.lines = found
    return made


def _class(case: Case, found: Sequence[Line]) -> FactClass:
    """Of the heaviest of its facts; what only takes a rejected one back is clerical."""
    rules: Rules = case.batch.rules
    kinds = {one.fact: rules.class_of(one.fact) for one in found}
    unsaid = [one.label for one in found if kinds[one.fact] is None]
    if unsaid:
        raise Refused(_("方案没有写明这项事实如何更正"), place=str(case), value="、".join(unsaid))
    return next((kind for kind in WEIGHT if kind in kinds.values()), FactClass.CLERICAL)


def _refreeze(case: Case, made: Correction) -> None:
    one = Case.objects.filter(pk=case.pk)
    refreeze(one)
    now = one.get()
    made.new_sha256 = now.facts_sha256
    more = (now.persons or 0) - (case.persons or 0)
    if more:
        counts.recounted(case, more)


# ── what a confirmed one does ─────────────────────────────────────────────────────────────────


def _cover(found: Correction) -> None:
    """What led to the old facts leads to the new: the gate asks for one step, however many."""
    steps = FactStep.objects.filter(case=found.case_id, new=found.old_sha256)
    olds = {found.old_sha256, *steps.values_list("old", flat=True)} - {found.new_sha256}
    FactStep.objects.bulk_create(
        [
            FactStep(case_id=found.case_id, correction=found, old=old, new=found.new_sha256)
            for old in sorted(olds)
        ],
        ignore_conflicts=True,
    )


def _back(batch: Batch, found: Correction) -> str:
    """The stage to stand before again: none where the list has not come so far."""
    rules: Rules = batch.rules
    back = rules.redone_from({one.fact for one in found.lines})
    passed = back and rules.keys.index(back) <= rules.keys.index(batch.stage)
    return back if passed else ""


def _do_anew(case: Case, batch: Batch, back: str) -> None:
    rows = Case.objects.filter(pk=case.pk)
    if back == batch.stage:
        undo(rows, batch.rules, back)
    else:
        take_back(rows, batch, back)
    store.void(void_papers(case, back))


def void_papers(case: Case, back: str) -> QuerySet[Paper]:
    """The household's own papers that begin at a stage done anew; an older form goes on."""
    rules: Rules = case.batch.rules
    undone = rules.from_on(back) if back else ()
    begun = {kind: stage.key for stage in reversed(rules.chain) for kind in stage.papers}
    anew = [kind for kind, key in begun.items() if key in undone]
    signed = Mandate.objects.filter(case=case)
    void = signed.filter(Q(stage__in=undone) | ~Q(void_tx="")).values_list("pk", flat=True)
    of_case = Q(subject_kind="case", subject_id=str(case.pk), kind__in=anew)
    mandates = Q(subject_kind="mandate", subject_id__in=[str(key) for key in void])
    return Paper.objects.filter(of_case | mandates)
