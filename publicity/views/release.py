"""核发: what the public will see, read once more by a second person before it goes out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import DoneForm, Sent, sent_in
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Link
from publicity import queries, services
from publicity.choices import NoticeState
from publicity.models import Notice
from publicity.payload import NoticePayload
from publicity.views import state
from publicity.views.notices import found


@cases(Act.RELEASE_NOTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """公示信息 as the public will read it; released by another person than its drafter."""
    one = found(visitor, pk)
    form, sent = DoneForm(sent_in(request)), Sent()
    if request.method == "POST":
        said = sent.take(
            [form],
            lambda: services.release_notice(
                one,
                by=visitor.user,
                done_on=form.cleaned_data["done_on"],
                reason=form.cleaned_data["late_reason"],
            ),
        )
        if said:
            return redirect("notice_done", pk=pk, act="released")
    elif one.state != NoticeState.DRAFT or one.released_by_id:
        return redirect("notice", pk=pk)
    payload, public = NoticePayload.of(one.payload), queries.preview(one)
    context = {
        "section": "notices",
        "notice": one,
        "check": _check(one, payload),
        "payload": payload,
        "public": public,
        "rows": list(zip(payload.items, public.items, strict=True)),
        "form": form,
        "problems": sent.problems,
        "blockers": (),
        "own": one.drafted_by_id == visitor.user.pk,
        "may": state.rights(visitor.scope, one)["release"],
        "releasers": queries.releasers(one),
    }
    return render(request, "publicity/release.html", context, status=sent.status)


def _check(one: Notice, payload: NoticePayload) -> Check:
    href = reverse("notice", args=[one.pk])
    return Check(
        title=_("核发公示"),
        figures=[
            (_("户"), str(one.households)),
            (_("人"), str(one.persons)),
            (_("张贴地点"), str(len(payload.places))),
            (_("公示天数"), str(one.days or "—")),
        ],
        receiver=_("各张贴地点所在的村、乡镇"),
        withdrawal=_("核发后内容不能再改;要改,撤下后重新拟稿、重新计算期限"),
        act=Button(_("核发"), reverse("release_notice", args=[one.pk]), primary=True),
        back=Link(_("返回"), href),
    )
