"""Which plan and region a page of figures is about: `plan` and `region` of its address choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from exitcase.core import clock
from exitcase.core.choices import Level
from exitcase.core.models import Programme, Region
from exitcase.core.models.region import above
from exitcase.core.scope import Scope
from exitcase.core.screens import Empty, Filter, Link
from verification.documents import figures


@dataclass(frozen=True, slots=True)
class Chosen:
    """One plan in one of this person's regions. `region` None: several at once."""

    plan: Programme
    region: Region | None
    below: list[Region]
    above: list[Region]
    filters: list[Filter]

    @property
    def code(self) -> str:
        return self.region.pk if self.region else ""


def nothing() -> Empty:
    """What stands on such a page before anybody is listed."""
    return Empty(_("还没有列入名单的户,没有可统计的数。"), Link(_("看农户"), "/households/"))


def chosen(request: HttpRequest, scope: Scope) -> Chosen | None:
    """None where no case of this person's regions is counted yet. Raises Http404 elsewhere."""
    plans = figures.plans_counted(scope)
    if not plans:
        return None
    plan = _plan(request, plans)
    region = _region(request, scope)
    return Chosen(plan, region, _below(scope, region), _above(scope, region), [_way(plans, plan)])


def _plan(request: HttpRequest, plans: Sequence[Programme]) -> Programme:
    asked = request.GET.get("plan", "")
    return next((plan for plan in plans if str(plan.pk) == asked), plans[0])


def _way(plans: Sequence[Programme], plan: Programme) -> Filter:
    options = [(str(one.pk), f"{one.title} v{one.version}") for one in plans]
    return Filter("plan", _("方案"), str(plan.pk), options)


def _region(request: HttpRequest, scope: Scope) -> Region | None:
    """The region asked for, or the only one of this person; None: several at once."""
    asked = request.GET.get("region", "")
    if asked and not scope.covers(asked):
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    codes = [asked] if asked else scope.codes
    if len(codes) != 1:
        return None
    region = Region.objects.filter(pk=codes[0]).first()
    if region is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return region


def _below(scope: Scope, region: Region | None) -> list[Region]:
    """The regions one level down; of who has several, those; of a village, itself."""
    if region is None:
        return list(Region.objects.filter(pk__in=scope.codes).order_by("code"))
    if region.level == Level.VILLAGE:
        return [region]
    return list(Region.objects.filter(parent=region.pk).at(clock.today()).order_by("code"))


def _above(scope: Scope, region: Region | None) -> list[Region]:
    """The way up, as far as this person sees."""
    codes = [code for code in above(region.pk) if scope.covers(code)] if region else []
    return list(Region.objects.filter(pk__in=codes).order_by("code"))
