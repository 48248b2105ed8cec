"""Under which plan a year's income is summed up."""

from django.utils.translation import gettext as _

from exitcase.core.choices import Purpose
from exitcase.core.errors import Refused
from exitcase.core.models import Programme
from exitcase.core.rules import Rules


def rules_of(year: int, key: str = "") -> Rules | None:
    """The rules of the year's exit plan; None where none with an income test is loaded.

    Several plans of a year may count different items: then `key` has to say which. Raises
    `Refused` without it, and for a key that is not loaded.
    """
    if key:
        found = Programme.objects.newest(key)
        if found is None:
            raise Refused(_("没有载入这个方案"), place=_("方案"), value=key)
        return found.rules
    plans = [one.rules for one in Programme.objects.current()]
    fit = [one for one in plans if one.year == year and one.purpose == Purpose.EXIT and one.income]
    if len({one.income.items.counted for one in fit if one.income and one.income.items}) > 1:
        raise Refused(
            _("%s 年有几个方案,计入收入的项目不同") % year,
            place=_("方案"),
            value="、".join(one.key for one in fit),
            rule=_("请指明按哪个方案核算收入"),
            example=fit[0].key,
        )
    return fit[0] if fit else None


def house_rules() -> Rules | None:
    """The newest version of the exit plan this house loaded first: whose year, unless told."""
    for one in Programme.objects.order_by("pk"):
        if one.rules.purpose == Purpose.EXIT and one.rules.income:
            newest = Programme.objects.newest(one.key)
            return newest.rules if newest else one.rules
    return None
