"""What the desks above the village need to show a plan's own words."""

from django import template
from django.utils.translation import gettext as _

from exitcase.core.choices import PaperKind
from exitcase.core.rules import Rules
from verification.documents.district import FACTS

register = template.Library()


@register.filter
def organ(rules: Rules, key: str) -> str:
    """The plan's name of an organ."""
    return rules.organ(key).title


@register.filter
def found(fact: str) -> str:
    """What kind of thing a bureau found, in the reader's language."""
    return _(FACTS.get(fact, "")) if fact in FACTS else _("其他")


@register.filter
def paper_title(rules: Rules, kind: str) -> str:
    """The plan's title of a paper; of one it does not name, the key."""
    known = PaperKind(kind)
    return rules.paper(known).title if rules.has_paper(known) else str(kind)
