"""The one search box: name, pinyin's first letters, household number, number of a paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.entrance import Visitor, cases
from exitcase.core.screens import Empty
from verification import queries
from verification.search import find


@cases()
@require_safe
def search(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What `q` finds in this person's regions; no number of a person, none whole."""
    text = request.GET.get("q", "").strip()[:40]
    found = find(visitor.scope, text)
    now = queries.current_cases(found.households)
    context = {
        "section": "search",
        "text": text,
        "found": found,
        "rows": [(one, now.get(one.pk)) for one in found.households],
        "empty": _nothing(text),
    }
    return render(request, "verification/search.html", context)


def _nothing(text: str) -> Empty:
    ways = _("可用户主或家庭成员姓名、拼音首字母(如 rdf)、户编号、户案编号、文号查找,至少两个字。")
    if not text:
        return Empty(ways)
    return Empty(_("没有找到「%s」。") % text, more=[ways, _("只在您的管辖范围内查找。")])
