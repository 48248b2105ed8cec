"""申诉 and what follows: who objects is heard at any time; an upheld appeal is put right.

An objection is one against a list that hung, while nothing is decided. Afterwards, and against
every end, it is an appeal. Which organ answers, and what an upheld appeal sets going, the
programme says (`recheck`, `remedy`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import ENDS, Act, End, Level, Status
from exitcase.core.errors import Refused
from exitcase.core.models import Entry, StoredFile, User
from exitcase.core.rules_tables import Remedy
from exitcase.core.rules_words import Redress
from households.models import Household
from households.services import set_status
from publicity import services as publicity
from publicity.choices import NoticeKind, ObjectionKind, Outcome
from publicity.models import NoticeItem, Objection
from publicity.queries import answering_level
from publicity.services import CaseSpec, ObjectionSpec
from verification.documents.appeals import MOOT
from verification.models import Case, DecisionItem, SystemMark
from verification.services import marks
from verification.services.district import enter
from verification.services.listing import put_on_list

RELISTED: Final = "relisted"
RESTORED: Final = "restored"


def take_in(
    case: Case, said: ObjectionSpec, *, by: User, done_on: date, reason: str = ""
) -> Objection:
    """Take in whatever is said against a case; what it is, where the case stands says.

    An objection after the term is late and needs `reason`; after the decision, or where no list
    hung, it is an appeal; against an exit granted, one of a wrong exit. Each holds its case, and
    gets its number. Raises Refused as `publicity.lodge` does, and for an appeal from before the
    end it is against.
    """
    one = Case.objects.filter(pk=case.pk)
    with enter(one, Act.OBJECT, Level.VILLAGE, by=by, done_on=done_on, reason=reason):
        held = one.select_related("household", "batch__programme").get()
        kind = kind_of(held)
        _refuse_before_end(held, said.received_on)
        about = _about(held, kind)
        return publicity.lodge(about, said, kind=kind, by=by, done_on=done_on, reason=reason)


def kind_of(case: Case) -> ObjectionKind:
    """What somebody's word against this case is, as it stands now."""
    if case.state == End.GRANTED:
        return ObjectionKind.WRONG_EXIT
    if case.state in ENDS or decided(case) or _hung(case) is None:
        return ObjectionKind.APPEAL
    return ObjectionKind.OBJECTION


def decided(case: Case) -> bool:
    """Whether an organ has approved the case, and its act counts."""
    rules = case.batch.rules
    items = DecisionItem.valid(case=case, approved=True, decision__decided_on__isnull=False)
    return any(
        item.decision.confirmed_by_id or not rules.organ(item.decision.organ).outside
        for item in items.select_related("decision")
    )


def decide(
    appeal: Objection,
    *,
    outcome: Outcome,
    checkers: Sequence[str],
    conclusion: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    number: str = "",
    reason: str = "",
) -> Objection:
    """Answer an appeal by the level the programme names; where it is upheld, put it right.

    Of an organ that never logs in nothing follows before `confirm` by another officer.
    """
    with _at(appeal, by, done_on, reason):
        answered = publicity.answer(
            appeal,
            outcome=outcome,
            checkers=checkers,
            conclusion=conclusion,
            file=file,
            number=number,
            by=by,
            done_on=done_on,
        )
        _follow(answered)
        return answered


def confirm(appeal: Objection, *, by: User, done_on: date, reason: str = "") -> Objection:
    """Confirm an outer organ's answer that another officer entered; what it says follows now."""
    with _at(appeal, by, done_on, reason):
        answered = publicity.confirm_answer(appeal, by=by, done_on=done_on)
        _follow(answered)
        return answered


@contextmanager
def _at(appeal: Objection, by: User, done_on: date, reason: str) -> Iterator[None]:
    level = answering_level(appeal.programme.rules, ObjectionKind(appeal.kind))
    case = Case.objects.filter(pk=appeal.case_key)
    with enter(case, Act.ANSWER_OBJECTION, level, by=by, done_on=done_on, reason=reason):
        yield


def _follow(appeal: Objection) -> None:
    """An upheld appeal against an end: what the plan's remedy for that end sets going.

    A case that is still open is ended by an officer, with the reason; this ends none.
    """
    if appeal.open or appeal.outcome != Outcome.UPHELD:
        return
    case, remedy = _remedy(appeal)
    if remedy is None:
        return
    became = _relist(case) if remedy.then == Redress.RELIST else _restore(case, appeal)
    journal.record(
        Act.ANSWER_OBJECTION,
        case,
        case.state,
        became,
        stage=case.batch.stage if case.batch.stage in case.batch.rules.keys else "",
        reason=f"{appeal.number} {remedy.clause}",
    )


def foreseen(appeal: Objection) -> Redress | None:
    """What upholding it would set going now: the plan's remedy; None where nothing follows."""
    _case, remedy = _remedy(appeal)
    return remedy.then if remedy else None


def _remedy(appeal: Objection) -> tuple[Case, Remedy | None]:
    case = Case.objects.select_related("household", "batch__programme").get(pk=appeal.case_key)
    return case, case.batch.rules.remedy(End(case.state)) if case.state in ENDS else None


def _relist(case: Case) -> str:
    """An ended case moves no more: the household gets a new one, in a batch of its own."""
    household = _locked(case)
    programme, rules = case.batch.programme, case.batch.rules
    open_case = Case.objects.filter(household=household, purpose=rules.purpose)
    if household.status not in rules.listing.status or open_case.exclude(state__in=ENDS).exists():
        return MOOT
    put_on_list([household], case.village_id, programme)
    return RELISTED


def _restore(case: Case, appeal: Objection) -> str:
    """错退纠正: the household is what it was before; its mark goes on the un-mark list."""
    household, before = _locked(case), Status(case.status_before)
    if household.status != case.batch.rules.outcome(End.GRANTED, before):
        return MOOT
    rows = Household.objects.filter(pk=household.pk)
    set_status(rows, before, basis=f"{case.number} {appeal.number}")
    one = Case.objects.filter(pk=case.pk)
    marks.flag_unmark(one)
    SystemMark.valid(case=case, confirmed=False).update(void_tx=journal.current().tx)
    return RESTORED


def _locked(case: Case) -> Household:
    found: Household = Household.objects.select_for_update(of=("self",)).get(pk=case.household_id)
    return found


def _hung(case: Case) -> NoticeItem | None:
    """The last list on which the case hangs or hung."""
    items = NoticeItem.valid(
        case_key=case.pk,
        struck_tx="",
        notice__kind=NoticeKind.NOTICE,
        notice__starts_at__isnull=False,
    )
    rows = items.select_related("notice__programme", "household")
    return rows.order_by("-notice__starts_at", "-pk").first()


def _about(case: Case, kind: ObjectionKind) -> NoticeItem | CaseSpec:
    item = _hung(case) if kind == ObjectionKind.OBJECTION else None
    return item or CaseSpec(case.pk, case.household, case.batch.programme)


def _refuse_before_end(case: Case, received_on: date) -> None:
    """Nobody appeals against what has not happened; the journal knows the day of the end."""
    if case.state not in ENDS:
        return
    told = Entry.objects.filter(subject="case", subject_id=str(case.pk), became=case.state)
    ended = told.order_by("-pk").values_list("done_on", flat=True).first()
    if ended and received_on.isoformat() < ended:
        raise Refused(
            _("受理日期早于所申诉的决定"),
            place=str(case),
            value=received_on.isoformat(),
            rule=_("不早于 %s") % ended,
        )
