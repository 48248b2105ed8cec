"""异议、申诉: taken in about a household, given to somebody, answered, confirmed, put right.

Who objected is shown to nobody of the village; what was said, to whoever may answer it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import Act, FileKind, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import DoneForm, Sent, sent_in
from exitcase.core.rules_words import Redress
from exitcase.core.scope import Scope
from exitcase.core.services.reads import log_reads
from exitcase.core.uploads import keep
from publicity import services as publicity
from publicity.choices import ObjectionKind, Outcome
from publicity.models import NoticeItem, Objection
from publicity.queries import answering_level, answering_organ, holders
from publicity.services.handling import assign_handler
from verification import queries
from verification.forms.objections import AnswerForm, HandlerForm, LodgeForm, StrikeForm
from verification.services import appeals
from verification.views.dossier import found as case_found

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])


@cases(Act.OBJECT)
@PAGE_AND_FORM
def lodge(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Whatever is said against a household; what it is, where its case stands says."""
    case = case_found(visitor, pk)
    form, sent = LodgeForm(sent_in(request)), Sent()
    if request.method == "POST":
        taken = sent.take(
            [form],
            lambda: appeals.take_in(
                case,
                form.spec,
                by=visitor.user,
                done_on=form.cleaned_data["done_on"],
                reason=form.cleaned_data["late_reason"],
            ),
        )
        if taken:
            told = {"number": taken.number, "day": taken.due_on.isoformat()}
            messages.success(request, _("已受理,编号 %(number)s,答复期限 %(day)s") % told)
            return redirect("objection", pk=taken.pk)
    context = {
        "section": "notices",
        "case": case,
        "kind": appeals.kind_of(case),
        "rules": case.batch.rules,
        "form": form,
        "sent": sent,
        "may": access.may(visitor.scope, Act.OBJECT, Level.VILLAGE, case.village_id),
    }
    return render(request, "verification/lodge.html", context, status=sent.status)


@cases(Act.ANSWER_OBJECTION, Act.ASSIGN, Act.STRIKE_OUT)
@PAGE_AND_FORM
def objection(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One objection with what may be done about it now; each a form of its own."""
    one = _found(visitor, pk)
    desk = _Desk(one, visitor)
    forms = desk.forms(request)
    name = request.POST.get("act", "")
    if request.method == "POST":
        if name not in forms:
            raise Http404
        form = forms[name]
        if desk.sent.take([form], lambda: ENTER[name](visitor, one, form)) is not None:
            messages.success(request, TOLD[name])
            return redirect("objection", pk=pk)
    if desk.may["answer"]:
        log_reads(visitor.user, one.region_id, "page", "objection", [pk])
    context = {
        "section": "notices",
        "objection": one,
        "case": queries.cases(visitor.scope).filter(pk=one.case_key).first(),
        "level": desk.level,
        "organ": desk.organ,
        "upheld": _upheld(one),
        "least": one.programme.rules.objection.checkers,
        "may": desk.may,
        "forms": forms,
        "sent": desk.sent,
    }
    return render(request, "verification/objection.html", context, status=desk.sent.status)


def _upheld(one: Objection) -> str:
    """What an answer that upholds it sets going, in words: read before it is given."""
    then = appeals.foreseen(one)
    if then == Redress.RELIST:
        return _("本户重新列入名单,另立一个户案、另成一个批次重新办理;原户案不再恢复。")
    if then == Redress.RESTORE:
        return _("错退纠正:本户恢复为退出前的状态,系统标识列入撤销清单,待撤销。")
    return _("户案不自动终止,由办理本批次的一级按结果处理。")


def _found(visitor: Visitor, pk: int) -> Objection:
    rows = Objection.objects.select_related(
        "programme", "household", "region", "handler", "item__notice__programme", "answered_by",
        "confirmed_by",
    )  # fmt: skip
    return visitor.find(rows, pk)


@dataclass(slots=True)
class _Desk:
    """What stands open about one objection to one visitor."""

    one: Objection
    visitor: Visitor
    sent: Sent = field(default_factory=Sent)

    @property
    def kind(self) -> ObjectionKind:
        return ObjectionKind(self.one.kind)

    @property
    def level(self) -> Level:
        return answering_level(self.one.programme.rules, self.kind)

    @property
    def organ(self) -> Any:
        return answering_organ(self.one.programme.rules, self.kind)

    @property
    def may(self) -> dict[str, bool]:
        """What to show and offer. The services ask again."""
        one, scope = self.one, self.visitor.scope
        able = access.able_to(scope, Act.ANSWER_OBJECTION, self.level)
        answers = able.covers(one.region_id)
        waits = bool(one.open and one.outcome)
        return {
            "answer": answers,
            "see_who": _above(able, one.region_id),
            "enter": one.open and not one.outcome,
            "confirm": waits and one.answered_by_id != self.visitor.user.pk,
            "assign": one.open and access.may(scope, Act.ASSIGN, self.level, one.region_id),
            "strike": _may_strike(scope, one),
        }

    def forms(self, request: HttpRequest) -> dict[str, Form]:
        """By act; only the one that was sent is bound."""
        name = request.POST.get("act", "")

        def sent(act: str) -> dict[str, Any]:
            bound = {"data": request.POST, "files": request.FILES} if act == name else {}
            return {"prefix": act, **bound}

        outside = self.organ is not None and self.organ.outside
        able = sorted({one.user_id for one in self._able()})
        initial = {"handler": self.one.handler_id}
        return {
            "answer": AnswerForm(**sent("answer"), outside=outside),
            "confirm": DoneForm(**sent("confirm")),
            "assign": HandlerForm(**sent("assign"), able=able, initial=initial),
            "strike": StrikeForm(**sent("strike")),
        }

    def _able(self) -> list[Any]:
        return holders(Act.ANSWER_OBJECTION, self.level, self.one.region_id)


def _above(able: Scope, village: str) -> bool:
    """Whether one of these posts is of more than the village."""
    return any(village.startswith(one.region_id) and one.region_id != village for one in able.held)


def _may_strike(scope: Scope, one: Objection) -> bool:
    item = one.item
    if item is None or one.open or one.outcome != Outcome.UPHELD or item.struck_tx or item.void_tx:
        return False
    notice = item.notice
    return access.may(scope, Act.STRIKE_OUT, notice.ask().stage.level, notice.region_id)


def _answer(visitor: Visitor, one: Objection, form: Any) -> object:
    said = form.cleaned_data
    return appeals.decide(
        one,
        outcome=Outcome(said["outcome"]),
        checkers=form.names,
        conclusion=said["conclusion"],
        file=keep(said["scan"], FileKind.SCAN, one.region_id, visitor.user),
        number=said.get("number", ""),
        by=visitor.user,
        done_on=said["done_on"],
        reason=said["late_reason"],
    )


def _confirm(visitor: Visitor, one: Objection, form: Any) -> object:
    said = form.cleaned_data
    return appeals.confirm(
        one, by=visitor.user, done_on=said["done_on"], reason=said["late_reason"]
    )


def _assign(visitor: Visitor, one: Objection, form: Any) -> object:
    said = form.cleaned_data
    return assign_handler(
        one,
        said["handler"],
        by=visitor.user,
        done_on=said["done_on"],
        reason=said["late_reason"],
    )


def _strike(visitor: Visitor, one: Objection, form: Any) -> object:
    said = form.cleaned_data
    entries = NoticeItem.objects.filter(objections=one.pk)
    return publicity.strike_out(
        entries, reason=said["why"], by=visitor.user, done_on=said["done_on"]
    )


ENTER: Final[dict[str, Callable[[Visitor, Objection, Any], object]]] = {
    "answer": _answer,
    "confirm": _confirm,
    "assign": _assign,
    "strike": _strike,
}
TOLD: Final = {
    "answer": gettext_lazy("答复已登记"),
    "confirm": gettext_lazy("答复已确认"),
    "assign": gettext_lazy("经办人已变更"),
    "strike": gettext_lazy("已在公示上划去该户"),
}
