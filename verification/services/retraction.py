"""反悔: a household takes its consent back, until an organ has decided on it."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import ENDS, Act, Level, Post, Reason, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from publicity.queries import answering_organ
from verification.models import Batch, Case, Signature
from verification.models.statements import StatementKind
from verification.services import statements
from verification.services.appeals import decided, kind_of
from verification.services.correction import take_back
from verification.services.district import enter, need_scan, refuse_blank
from verification.services.ending import withdraw

SIGNED, RETRACTED = "signed", "retracted"


def retract(
    case: Case,
    *,
    withdraws: bool,
    text: str,
    paper: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> Case:
    """Void the household's signature by its own statement, `paper`; gives the case as it is then.

    As the household chooses: the case stands before the signing again, with what rested on the
    signature struck out, or it is withdrawn. Raises Refused for a case that has ended or been
    decided (then the way left is an appeal), one never signed for, a day before the signature,
    no paper, no words.
    """
    refuse_blank(text=(text, _("反悔的原因")))
    scan = need_scan(paper, _("反悔声明"))
    one: QuerySet[Case] = Case.objects.filter(pk=case.pk)
    with enter(one, Act.WITHDRAW, Level.VILLAGE, by=by, done_on=done_on, reason=reason):
        held = one.select_related("batch__programme").get()
        _refuse_too_late(held)
        signature = _consent(held)
        _refuse_earlier(signature, done_on)
        statements.keep(one, StatementKind.RETRACTION, given_on=done_on, text=text, file=scan)
        journal.record(
            Act.WITHDRAW, signature, SIGNED, RETRACTED, stage=signature.stage, reason=text
        )
        _own(held).update(void_tx=journal.current().tx)
        if withdraws:
            why = Reason.HOUSEHOLD_WITHDREW
            withdraw(one, reason=why, note=text, by=by, done_on=done_on, paper=scan)
        else:
            _stand_before(held, signature.stage)
        return one.get()


def signed_at(case: Case) -> tuple[str, bool]:
    """The stage the case would be signed for again, and whether it has to go back for it.

    Refused as `retract` is, for what the case is.
    """
    _refuse_too_late(case)
    stage = _consent(case).stage
    return stage, _has_gone_on(case, stage)


def _has_gone_on(case: Case, stage: str) -> bool:
    """Nothing to move while the batch still collects signatures and the case has not passed."""
    batch: Batch = case.batch
    return (batch.stage, case.state) != (stage, batch.rules.before(stage))


def _stand_before(case: Case, stage: str) -> None:
    if _has_gone_on(case, stage):
        take_back(Case.objects.filter(pk=case.pk), case.batch, stage)


def _own(case: Case) -> QuerySet[Signature]:
    """What the household has signed and still stands for."""
    return Signature.valid(case=case, slot=Post.HOUSEHOLD, refused=False)


def _consent(case: Case) -> Signature:
    """The first signature by which it consented."""
    rules = case.batch.rules
    asked = [one.key for one in rules.chain if one.kind == StageKind.CONSENT]
    given = sorted(_own(case).filter(stage__in=asked), key=lambda one: asked.index(one.stage))
    if not given:
        raise Refused(_("该户没有签字认可,无须反悔"), place=str(case), rule=_("不同意的,登记拒签"))
    return given[0]


def _refuse_too_late(case: Case) -> None:
    if case.state in ENDS or decided(case):
        organ = answering_organ(case.batch.rules, kind_of(case))
        raise Refused(
            _("已作出决定,不能再反悔"),
            place=str(case),
            rule=_("可以申诉,由%s办理") % (organ.title if organ else _("村")),
        )


def _refuse_earlier(signature: Signature, done_on: date) -> None:
    if done_on < signature.signed_on:
        raise Refused(
            _("反悔日期早于签字日期"),
            value=done_on.isoformat(),
            rule=_("不早于 %s") % signature.signed_on.isoformat(),
        )
