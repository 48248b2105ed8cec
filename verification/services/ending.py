"""Ends that are not granted: 不予退出, 撤回, 终止; each coded, each with its letter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import moves
from exitcase.core.choices import ENDS, LIVE, REASONS_OF, Act, End, Level, Reason
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.moves import Moved, Step
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from verification.models import Batch, Case
from verification.models.statements import StatementKind
from verification.services import counts, marks, outcomes, statements
from verification.services.correction import the_batch
from verification.services.locks import lock

ACTS: Mapping[End, Act] = {
    End.REFUSED: Act.REFUSE,
    End.WITHDRAWN: Act.WITHDRAW,
    End.CEASED: Act.CEASE,
}


def refuse(
    cases: QuerySet[Case],
    *,
    reason: Reason,
    note: str,
    by: User,
    done_on: date,
    bar: str = "",
) -> Moved:
    """End cases as refused, by the level that holds their batch.

    `bar` is the plan's key of the bar for Reason.BAR; its clause is printed on the letter.
    Raises Refused for a reason that is none of this end's, a bar the plan has not, no note.
    """
    return _end(cases, End.REFUSED, reason, note, bar, by=by, done_on=done_on)


def withdraw(
    cases: QuerySet[Case],
    *,
    reason: Reason,
    note: str,
    by: User,
    done_on: date,
    paper: StoredFile | None = None,
) -> Moved:
    """Take cases off the list, at the household's or the village's wish.

    `paper` is the scan of what was handed in; it is kept with each case that it ends.
    """
    return _end(cases, End.WITHDRAWN, reason, note, by=by, done_on=done_on, paper=paper)


def cease(cases: QuerySet[Case], *, reason: Reason, note: str, by: User, done_on: date) -> Moved:
    """End cases whose household is no more: died out, moved away, merged, cleared out."""
    return _end(cases, End.CEASED, reason, note, by=by, done_on=done_on)


def _end(
    cases: QuerySet[Case],
    end: End,
    reason: Reason,
    note: str,
    bar: str = "",
    *,
    by: User,
    done_on: date,
    paper: StoredFile | None = None,
) -> Moved:
    batch = the_batch(cases)
    rules = batch.rules
    clause = clause_of(rules, end, reason, bar, note)
    with door(
        by,
        ACTS[end],
        level_of(rules, batch, end),
        [batch.village_id],
        rules=rules,
        done_on=done_on,
        reason=f"{reason}: {note}",
    ):
        (batch,) = lock(Batch.objects.filter(pk=batch.pk))
        also = {
            "end_reason": reason,
            "end_bar": bar,
            "end_clause": clause,
            "end_note": note,
            "ended_at_stage": batch.stage,
        }
        moved = moves.move(cases.filter(batch=batch), end_step(batch, end, also))
        if paper and moved.count:
            ended = Case.objects.filter(batch=batch, mark=moved.mark)
            kind = StatementKind.WITHDRAWAL
            statements.keep(ended, kind, given_on=done_on, text=note, file=paper)
        return moved


def end_step(batch: Batch, end: End, also: Mapping[str, Any]) -> Step:
    """A case leaving by a way out, from wherever it stands."""
    return Step(
        act=ACTS[end],
        ask=batch.ask(),
        state="state",
        source=frozenset(LIVE),
        target=end,
        done=frozenset(ENDS),
        changes=also,
        rollup=lambda ended: _settle(ended, batch.rules, end),
    )


def _settle(ended: QuerySet[Case], rules: Rules, end: End) -> None:
    counts.moved(ended)
    marks.flag_unmark(ended)
    outcomes.settle(ended, rules, end)


def level_of(rules: Rules, batch: Batch, end: End) -> Level:
    """A refusal is the act of the level that holds the batch; the other ends the village tells."""
    return rules.level_of(rules.stage(batch.stage)) if end == End.REFUSED else Level.VILLAGE


def clause_of(rules: Rules, end: End, reason: Reason, bar: str, note: str) -> str:
    """The plan's clause of a bar, "" of other reasons. Raises Refused for what does not fit."""
    if reason not in REASONS_OF[end]:
        raise Refused(
            _("这一结果不能用这个原因"),
            value=reason,
            rule="、".join(REASONS_OF[end]),
        )
    if not note.strip():
        raise Refused(_("请写明原因,将印在告知书上"), example=_("评议会 23 人到会,11 人同意"))
    if (reason == Reason.BAR) != bool(bar):
        raise Refused(_("属方案所列情形的,须指明是哪一条"), value=bar)
    named = [row.clause for row in rules.bars if row.key == bar]
    if bar and not named:
        raise Refused(_("方案没有这一条"), value=bar, rule="、".join(row.key for row in rules.bars))
    return str(named[0]) if named else ""
