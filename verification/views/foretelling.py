"""What a move of chosen households does, in words, on the page before it is made."""

from typing import Final

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from exitcase.core.choices import LIVE, End, Reason
from exitcase.core.screens import Act, Check, Link
from exitcase.core.templatetags.page import part
from exitcase.core.words import word
from verification.forms.moves import BackForm, CasesForm, EndForm, SplitForm
from verification.models import Batch, Case
from verification.services import foresight
from verification.services.ending import clause_of

SEEN: Final = "seen"  # sent by the page on which this was told
NAMED: Final = 30  # households named on it


def of_split(batch: Batch, form: SplitForm) -> Check:
    """带走 41 户,留下 1 户: nothing becomes void, and a merger takes it back."""
    chosen, left = _both(batch, form)
    form.hide()
    return Check(
        title=_("分出到补充批次:%s") % _place(batch),
        figures=[(_("带走"), size(chosen)), (_("留下"), size(left)), _at(batch)],
        receiver=_("本村新的补充批次,仍在「%s」,由同一级办理") % batch.ask().stage.title,
        withdrawal=_("可以:本环节的文书计入任一批次之前,两个批次可以合并"),
        act=Act(_("分出 %d 户") % chosen.count(), reverse("split_off", args=[batch.pk])),
        back=_back(batch),
        follows=[
            (_("带走的户"), _named(chosen)),
            (_("仍然有效"), _("已有的表决、签字、核查、公示,随户带走")),
        ],
        exceptions=_emptied(batch, left),
    )


def of_sending_back(batch: Batch, form: BackForm) -> Check:
    """What becomes void, and where the households stand then."""
    chosen, left = _both(batch, form)
    rules, to = batch.rules, form.cleaned_data["to_stage"]
    keys = list(chosen.values_list("pk", flat=True))
    void = foresight.in_words(foresight.struck_out(keys, rules.from_on(to)))
    title = rules.stage(to).title
    form.hide()
    return Check(
        title=_("退回:%s") % _place(batch),
        figures=[(_("退回"), size(chosen)), (_("留下"), size(left)), (_("退回到"), title)],
        receiver=_("本村新的补充批次,停在「%s」,从这一环节起重新办理") % title,
        withdrawal=_("不能:作废的记录留痕而不恢复,只能重新办理"),
        act=Act(_("退回 %d 户") % len(keys), reverse("send_back", args=[batch.pk])),
        back=_back(batch),
        follows=[
            (_("退回的户"), _named(chosen)),
            (_("作废"), void),
            (_("仍然有效"), _("「%s」之前的签字、核查、公示继续有效") % title),
        ],
        exceptions=_emptied(batch, left),
        type_count=len(keys),
    )


def of_ending(batch: Batch, form: EndForm) -> Check:
    """Who ends, why, and what the household reads of it. Refused as the act itself."""
    chosen, left = _both(batch, form)
    said = form.cleaned_data
    end, reason = form.end, Reason(said["end_reason"])
    clause_of(batch.rules, end, reason, said["bar"], said["end_note"])
    count = chosen.count()
    form.hide(*(["paper"] if end == End.WITHDRAWN else []))
    return Check(
        title=_("%(end)s:%(place)s") % {"end": word(end), "place": _place(batch)},
        figures=[(_("办结"), size(chosen)), (_("留下"), size(left)), (_("原因"), word(reason))],
        receiver=_("农户,收到写明原因和申诉办法的告知书"),
        withdrawal=_("不能:办结后不再恢复,不服的可以申诉"),
        act=Act(_("办结 %d 户") % count, reverse("end", args=[batch.pk])),
        back=_back(batch),
        follows=[(_("办结的户"), _named(chosen))],
        exceptions=_emptied(batch, left),
        type_count=count,
    )


def size(cases: QuerySet[Case]) -> str:
    """「41 户 130 人」."""
    persons = cases.order_by().aggregate(all=Sum("persons"))["all"] or 0
    return _("%(n)s 户 %(p)s 人") % {"n": cases.count(), "p": persons}


def _both(batch: Batch, form: CasesForm) -> tuple[QuerySet[Case], QuerySet[Case]]:
    """The chosen and, of the open ones, those that stay."""
    chosen: QuerySet[Case] = form.cleaned_data["cases"]
    rest = Case.objects.filter(batch=batch, state__in=LIVE)
    return chosen, rest.exclude(pk__in=chosen.values("pk"))


def _named(chosen: QuerySet[Case]) -> str:
    names = list(chosen.order_by("group", "number").values_list("head_name", flat=True))
    more = _(" 等 %d 户") % len(names) if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def _emptied(batch: Batch, left: QuerySet[Case]) -> list[str]:
    return [] if left.exists() else [_("本批次没有户留下:%s") % _place(batch)]


def _at(batch: Batch) -> tuple[str, str]:
    return _("所在环节"), batch.ask().stage.title


def _place(batch: Batch) -> str:
    return f"{batch.village.name} {part(batch.part)}"


def _back(batch: Batch) -> Link:
    return Link(_("返回批次"), reverse("batch", args=[batch.pk]))
