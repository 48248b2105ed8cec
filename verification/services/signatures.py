"""签字: who signed which part of 附件1, by what right, on what day; and who refused to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, journal
from exitcase.core.choices import Act, Post, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.rules import Stage
from exitcase.core.words import word
from verification.models import Case, Signature
from verification.services import signers
from verification.services.entry import (
    Entry,
    entry,
    names,
    refuse_day,
    refuse_long,
    refuse_unknown,
)
from verification.services.signers import People
from verification.services.specs import SignSpec

KINDS: Final = (StageKind.MEETING, StageKind.CONSENT, StageKind.CHECK, StageKind.DRAW_CHECK)
# Several of these sign one part; of every other post one.
SEVERAL: Final = frozenset({Post.TOWNSHIP_CADRE, Post.DISTRICT_INSPECTOR})
Specs = Mapping[int, Sequence[SignSpec]]  # case pk → signatures


def sign(
    cases: QuerySet[Case],
    stage: str,
    specs: Specs,
    *,
    by: User,
    done_on: date,
    reason: str = "",
) -> int:
    """Record signatures as they stand on the papers; gives how many.

    A later one of the same slot takes the place of the earlier (of slots that several sign, of
    the same signer). Raises Refused, naming the household, for a slot, paper, mark or capacity
    the plan has not, for who may not sign in that capacity on that day, and for a vacant post.
    """
    acts = _acts(specs)
    with entry(cases, stage, acts[0], KINDS, by=by, done_on=done_on, reason=reason) as at:
        for act in acts[1:]:
            access.require(by, act, at.stage.level, {case.village_id for case in at.cases})
        refuse_unknown(at.cases, specs)
        people = signers.gather(at, [one for given in specs.values() for one in given])
        rows = [
            _row(at, case, spec, people, done_on) for case in at.cases for spec in specs[case.pk]
        ]
        _refuse_twice(rows)
        _replace(at, rows)
        return _save(at, rows)


def _acts(specs: Specs) -> list[Act]:
    """Signing and refusing to are two rights; a helper may only sign."""
    refused = {spec.refused for given in specs.values() for spec in given}
    return [Act.REFUSE_TO_SIGN if one else Act.SIGN for one in sorted(refused)] or [Act.SIGN]


@dataclass(frozen=True, slots=True)
class _Row:
    case: Case
    spec: SignSpec
    signature: Signature


def _row(at: Entry, case: Case, spec: SignSpec, people: People, done_on: date) -> _Row:
    _refuse_form(at.stage, case, spec)
    refuse_day(spec.signed_on, done_on, at.rules, _("%s 的签字日期") % case)
    right = signers.right_of(at.rules, case, spec, people)
    if not spec.refused:
        signers.refuse_mark(at.rules, case, spec, people)
    signature = Signature(
        case=case,
        stage=at.stage.key,
        tx=at.tx,
        slot=spec.slot,
        paper=spec.paper,
        signer=spec.signer,
        holder=right.holder,
        capacity=spec.capacity or "",
        relation=spec.relation,
        mandate=spec.mandate,
        signed_on=spec.signed_on,
        adult_on=right.adult_on,
        mark=spec.mark,
        witness=spec.witness,
        scan=spec.scan,
        refused=spec.refused,
        facts_sha256=case.facts_sha256,
    )
    return _Row(case, spec, signature)


def _refuse_form(stage: Stage, case: Case, spec: SignSpec) -> None:
    slots = stage.signers.slots if stage.signers else ()
    if spec.slot not in slots:
        raise Refused(
            _("本环节的表上没有这一签字栏"),
            place=str(case),
            value=word(spec.slot),
            rule="、".join(word(slot) for slot in slots) or _("本环节不要求签字"),
        )
    if stage.papers and spec.paper not in stage.papers:
        raise Refused(
            _("本环节没有这份文书"),
            place=str(case),
            value=spec.paper,
            rule="、".join(stage.papers),
        )


def _refuse_twice(rows: Sequence[_Row]) -> None:
    counted = Counter((row.case.pk, *_place(row.spec)) for row in rows)
    twice = [row for row in rows if counted[row.case.pk, *_place(row.spec)] > 1]
    if twice:
        raise Refused(
            _("同一签字栏登记了两次"),
            place=names(row.case for row in twice[:1]),
            value=word(twice[0].spec.slot),
            rule=_("每栏一人签字;可由多人签的,每人一次"),
        )


def _place(spec: SignSpec) -> tuple[str, str]:
    """Which earlier signature a new one takes the place of: the slot's, or the signer's in it."""
    return spec.slot, spec.signer if spec.slot in SEVERAL else ""


def _replace(at: Entry, rows: Sequence[_Row]) -> None:
    """Void the earlier ones: one statement per slot, however many households."""
    keys: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        keys.setdefault(_place(row.spec), []).append(row.case.pk)
    for (slot, signer), pks in sorted(keys.items()):
        old = Signature.valid(stage=at.stage.key, slot=slot, case__in=pks)
        (old.filter(signer=signer) if signer else old).update(void_tx=at.tx)


def _save(at: Entry, rows: Sequence[_Row]) -> int:
    made = [row.signature for row in rows]
    refuse_long(made)
    Signature.objects.bulk_create(made)
    for act, refused in ((Act.SIGN, False), (Act.REFUSE_TO_SIGN, True)):
        keys = {row.case.pk for row in rows if row.spec.refused is refused}
        if keys:
            slots = {row.spec.slot for row in rows if row.spec.refused is refused}
            became = " ".join(sorted(slots))
            journal.record_set(act, at.rows(keys), stage=at.stage.key, became=became)
    return len(made)
