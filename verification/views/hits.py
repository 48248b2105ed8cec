"""疑点: what a bureau found of one household, what it says to that, and the verdict of another."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access, clock
from exitcase.core.choices import Act, FileKind, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.uploads import keep
from verification.forms.comparing import ExplainForm, JudgeForm
from verification.models import Hit
from verification.services import comparison
from verification.views.drafts import draft_of


@cases(Act.EXPLAIN_HIT, Act.JUDGE_HIT)
@require_http_methods(["GET", "HEAD", "POST"])
def hit(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What a bureau found of one household, what it says to that, and the verdict of another."""
    one = _hit(visitor, pk)
    posted = request.method == "POST"
    judging = "judge" in request.POST
    explain = ExplainForm(
        request.POST if posted and not judging else None,
        request.FILES if posted and not judging else None,
        initial={"explanation": one.explanation},
    )
    judge = JudgeForm(request.POST if posted and judging else None)
    sent = Sent()
    if posted:
        told = _judge(visitor, one, judge, sent) if judging else _explain(
            visitor, one, explain, sent)  # fmt: skip
        if told:
            messages.success(request, told, draft_of(request))
            return _after(visitor, one)
    rules = one.case.batch.rules
    level = rules.stage(one.stage).level
    village = one.case.village_id
    context = {
        "section": "batches",
        "hit": one,
        "bureau": rules.organ(one.run.bureau).title,
        "stage": rules.stage(one.stage),
        "explain": explain,
        "judge": judge,
        "sent": sent,
        "today": clock.today(),
        "may": {
            "explain": access.may(visitor.scope, Act.EXPLAIN_HIT, Level.VILLAGE, village),
            "judge": access.may(visitor.scope, Act.JUDGE_HIT, level, village),
        },
    }
    return render(request, "verification/hit.html", context, status=sent.status)


def _hit(visitor: Visitor, pk: int) -> Hit:
    rows = Hit.objects.select_related(
        "case__batch__programme", "case__village", "run", "raised_by", "judged_by"
    )
    return visitor.find(rows, pk, via="case")


def _explain(visitor: Visitor, one: Hit, form: ExplainForm, sent: Sent) -> str:
    def explain() -> Hit:
        said = form.cleaned_data
        return comparison.explain(
            one,
            explanation=said["explanation"],
            file=keep(said["file"], FileKind.SCAN, one.case.village_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return _("户的说明已登记") if sent.take([form], explain) else ""


def _judge(visitor: Visitor, one: Hit, form: JudgeForm, sent: Sent) -> str:
    def judge() -> Hit:
        said = form.cleaned_data
        return comparison.judge(
            one,
            verdict=Hit.Verdict(said["verdict"]),
            by=visitor.user,
            done_on=said["judged_on"],
            reason=said["why"],
        )

    return _("疑点结论已登记") if sent.take([form], judge) else ""


def _after(visitor: Visitor, one: Hit) -> HttpResponse:
    """The next open finding of the stage for who judges; the household for who explained."""
    level = one.case.batch.rules.stage(one.stage).level
    if not access.may(visitor.scope, Act.JUDGE_HIT, level, one.case.village_id):
        return redirect("case", pk=one.case_id)
    rows = visitor.scope.filter(Hit.objects.filter(verdict="", stage=one.stage), via="case")
    waiting = rows.filter(~Q(explanation=""), case__batch__programme=one.case.batch.programme_id)
    following = waiting.exclude(pk=one.pk).order_by("due_on", "pk").first()
    if following:
        return redirect("hit", pk=following.pk)
    return redirect("compare", programme=one.case.batch.programme_id, stage=one.stage)
