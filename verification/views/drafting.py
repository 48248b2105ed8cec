"""拟公示: the lists that hang together, the words, and the places."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import DIGITS, Act, Level, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models.region import above
from exitcase.core.rules import Rules, Stage
from exitcase.core.templatetags.page import part
from publicity.models import Notice
from verification import queries
from verification.forms.notices import EXTRA, ExtraLine, NoticeForm, PlaceLine, names_of
from verification.models import Batch
from verification.services import notices
from verification.views.batches import found
from verification.views.desk import may
from verification.views.drafts import draft_of


@dataclass(frozen=True, slots=True)
class _Page:
    """The draft as it is being filled in, and what is wrong with it."""

    batch: Batch
    stage: Stage
    beside: Sequence[Batch]
    form: NoticeForm
    places: Sequence[PlaceLine]
    extra: Sequence[ExtraLine]
    sent: Sent = field(default_factory=Sent)

    @property
    def chosen(self) -> list[Batch]:
        """The lists ticked; all that are offered, before anything is ticked."""
        if not self.form.is_bound:
            return list(self.beside)
        keys = set(self.form["batches"].data)
        return [one for one in self.beside if str(one.pk) in keys]

    @property
    def asked(self) -> list[PlaceLine]:
        villages = {one.village_id for one in self.chosen}
        return [line for line in self.places if line.serves(villages)]

    @property
    def more(self) -> bool:
        """Whether a place beside those of the plan was named."""
        return any(line.filled for line in self.extra)

    @property
    def forms(self) -> list[Form]:
        return [self.form, *self.asked, *(line for line in self.extra if line.filled)]


@cases(Act.DRAFT_NOTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_notice(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Drafted here, read and released by a second person on the notice's own page."""
    batch = found(visitor, pk)
    page = _page(request, visitor, batch)
    if request.method == "POST":
        made = _drafted(visitor, page)
        if made:
            told = _("公示已拟好,须由另一人核发后张贴")
            messages.success(request, told, draft_of(request))
            return redirect("notice_done", pk=made.pk, act="drafted")
    context = {
        "section": "notices",
        "entry_page": True,
        "page": page,
        "may": may(visitor.scope, Act.DRAFT_NOTICE, batch),
    }
    return render(request, "verification/draft_notice.html", context, status=page.sent.status)


def _page(request: HttpRequest, visitor: Visitor, batch: Batch) -> _Page:
    rules = batch.rules
    stage = rules.stage(batch.stage) if batch.stage in rules.keys else None
    if stage is None or stage.kind != StageKind.NOTICE:
        raise Http404(_("本批次现在没有要公示的户"))
    beside = _beside(visitor, batch, stage)
    sent = sent_in(request)
    villages = sorted({one.village_id for one in beside})
    wanted = notices.places_of(stage, villages, rules.year)
    region = batch.village_id[: DIGITS[stage.level]]
    names = names_of([*villages, region, *above(region), *(one.region_code for one in wanted)])
    here = {code: names[code] for code in dict.fromkeys([region, *villages])}
    return _Page(
        batch,
        stage,
        beside,
        NoticeForm(
            sent,
            batches=[(one.pk, _named(one)) for one in beside],
            initial=_usual(rules, stage, names[region], beside),
        ),
        [PlaceLine(sent, place=one, region=names[one.region_code]) for one in wanted],
        [ExtraLine(sent, nth=nth, regions=here) for nth in range(1, EXTRA + 1)],
    )


def _beside(visitor: Visitor, batch: Batch, stage: Stage) -> list[Batch]:
    """The lists at this stage that may hang on one notice with the batch, itself among them."""
    region = batch.village_id[: DIGITS[stage.level]]
    standing = queries.batches(visitor.scope).filter(
        programme=batch.programme_id, stage=stage.key, village__code__startswith=region
    )
    waiting = notices.waiting(standing, stage.key, batch.rules).order_by().values("batch")
    rows = standing.filter(pk__in=waiting).order_by("village", "part")
    found_: list[Batch] = list(rows)
    if batch.pk not in {one.pk for one in found_}:
        raise Http404(_("本批次的户都已在公示中"))
    return found_


def _usual(rules: Rules, stage: Stage, region: str, beside: Sequence[Batch]) -> dict[str, object]:
    """The plan's own title of the notice, the organ by its place, all lists that wait."""
    named = [rules.paper(kind).title for kind in stage.papers if rules.has_paper(kind)]
    organ = rules.organ(stage.actor).title
    at_home = stage.level == Level.VILLAGE
    return {
        "batches": [str(one.pk) for one in beside],
        "title": named[0] if named else stage.title,
        "organ": _joined(region, organ) if at_home else organ,
    }


def _joined(region: str, organ: str) -> str:
    """烧田村 and 村民委员会 are 烧田村民委员会."""
    return region + (organ[1:] if region[-1:] == organ[:1] else organ)


def _named(batch: Batch) -> str:
    counts = {"n": batch.households, "p": batch.persons or 0}  # type: ignore[attr-defined]
    size = _("%(n)s 户 %(p)s 人") % counts  # annotated by `queries.batches`
    return f"{batch.village.name} {part(batch.part)} · {size}"


def _drafted(visitor: Visitor, page: _Page) -> Notice | None:
    def draft() -> Notice:
        said = page.form.cleaned_data
        extra = [line.spec for line in page.extra if line.filled]
        return notices.draft(
            Batch.objects.filter(pk__in=said["batches"]),
            page.stage.key,
            organ=said["organ"],
            title=said["title"],
            places=[*(line.spec for line in page.asked), *extra],
            contacts=page.form.contacts,
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return page.sent.take(page.forms, draft)
