"""Answer a question: by somebody of the district who did not enter what is asked about."""

from collections import defaultdict
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from exitcase.core import access, clock, journal
from exitcase.core.choices import Act, Level
from exitcase.core.errors import Refused
from exitcase.core.models import Entry, User
from exitcase.core.services.door import door
from publicity.models import PostingPhoto
from verification.models import (
    Assessment,
    Inspection,
    Meeting,
    Question,
    Rectification,
    Signature,
    Visitor,
)
from verification.services.district import refuse_blank

# Rows that name the act of the journal by which they came.
ENTERED: Final = (Assessment, Inspection, Meeting, Rectification, Signature)


def answer(question: Question, *, text: str, by: User, done_on: date, reason: str = "") -> Question:
    """Write down what looking into it came to: 查了什么、结果如何、怎样处理.

    Raises OutOfScope, NotAllowed (also for a visitor in question and for who entered a row in
    question); Refused for no text, one over 300 characters, and a question already answered.
    """
    refuse_blank(text=(text, _("答复")))
    _refuse_long(text)
    where = [question.region_id]
    act = Act.ANSWER_QUESTION
    with door(by, act, Level.DISTRICT, where, done_on=done_on, reason=reason):
        _refuse_own(question, by)
        open_ = Question.objects.filter(pk=question.pk, answered_at=None)
        said = {"answer": text, "answered_at": clock.read(), "answered_by": by}
        if not open_.update(**said):
            raise Refused(_("该疑问已有答复"), place=str(question))
        journal.record(act, question, "asked", "answered", facts={"answer": text})
        question.refresh_from_db()
        return question


def _refuse_long(text: str) -> None:
    most = Question._meta.get_field("answer").max_length or 0
    if len(text) > most:
        raise Refused(
            _("答复太长"), value=str(len(text)), rule=_("不超过 %d 字,详情写入报告附后") % most
        )


def _refuse_own(question: Question, by: User) -> None:
    """Nobody clears himself: not the visitor, nor who entered the row or brought its photo."""
    rows: dict[str, list[int]] = defaultdict(list)
    for subject, pk in question.rows.values_list("subject", "subject_id"):
        rows[subject].append(pk)
    went = Visitor.objects.filter(inspection__in=rows["inspection"])
    brought = (
        Inspection.objects.filter(pk__in=rows["inspection"], file__uploaded_by=by.name),
        Signature.objects.filter(pk__in=rows["signature"], scan__uploaded_by=by.name),
        PostingPhoto.objects.filter(pk__in=rows["postingphoto"], file__uploaded_by=by.name),
    )
    txs = [
        tx
        for model in ENTERED
        for tx in model.objects.filter(pk__in=rows[str(model._meta.model_name)]).values_list(
            "tx", flat=True
        )
    ]
    own = (
        went.filter(Q(user=by) | Q(name=by.name)),
        *brought,
        Entry.objects.filter(tx__in=txs, actor=by.name),
    )
    if any(found.exists() for found in own):
        access.two_people(by.pk, by.pk)
