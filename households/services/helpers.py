"""帮扶责任人: which helper which households have; whoever is no longer theirs sees them no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, Level, Role
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.rules_words import Warn
from exitcase.core.scope import Scope
from exitcase.core.services.door import door
from households.checks import Asked, helper_load
from households.models import Household
from households.services.programme import house_rules, rules_of

NAMED: Final = 20  # households named in one refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperSpec:
    """A helper as 附件1 prints one; `user` is the account, where there is one."""

    name: str
    organ: str = ""
    phone: str = ""
    user: User | None = None

    @classmethod
    def of(cls, user: User) -> Self:
        """A helper with an account, by the name, organ and phone of the account."""
        return cls(name=user.name, organ=user.organ, phone=user.phone, user=user)


NOBODY: Final = HelperSpec(name="")


def assign_helper(
    households: QuerySet[Household],
    helper: HelperSpec,
    *,
    by: User,
    done_on: date,
    reason: str = "",
    programme: str = "",
) -> int:
    """Give these households a helper, in place of the one they had; gives how many changed.

    More households than the plan advises (`programme`, by default the year's) want a reason,
    which is kept with each of them. Raises OutOfScope, NotAllowed; Refused for no households, no
    name, and an account that is not a helper's in all their villages.
    """
    if not helper.name.strip():
        raise Refused(_("请填写帮扶责任人姓名"), place=_("帮扶责任人"), example="李四")
    return _assign(households, helper, by=by, done_on=done_on, reason=reason, programme=programme)


def end_helper(households: QuerySet[Household], *, by: User, done_on: date, reason: str) -> int:
    """Take the helper off these households; until they get another, nobody holds them."""
    if not reason.strip():
        raise Refused(_("请写明原因"), example=_("工作调动"))
    return _assign(households, NOBODY, by=by, done_on=done_on, reason=reason, programme="")


def _assign(
    households: QuerySet[Household],
    helper: HelperSpec,
    *,
    by: User,
    done_on: date,
    reason: str,
    programme: str,
) -> int:
    keys = list(households.order_by("pk").values_list("pk", flat=True))
    rows = Household.objects.filter(pk__in=keys)
    codes = set(rows.order_by().values_list("village", flat=True))
    if not keys:
        raise Refused(_("没有选中任何户"), rule=_("至少一户"))
    with door(by, Act.ASSIGN, Level.VILLAGE, codes, done_on=done_on, reason=reason):
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        if helper.user:
            refuse_strange_helper(helper.user, codes)
        changed = give(rows, helper)
        if helper.name:
            keep_load(rows, reason, done_on.year, programme)
        return changed


def refuse_strange_helper(user: User, villages: Iterable[str]) -> None:
    """Refused for who is no helper today in one of these villages."""
    held = Scope.of(user).of_role([Role.HELPER])
    away = sorted(code for code in set(villages) if not held.covers(code))
    if away:
        raise Refused(
            _("该账号当日不是这里的帮扶责任人"),
            place="、".join(away),
            value=user.name,
            rule=_("先任职,再指派"),
        )


def give(rows: QuerySet[Household], helper: HelperSpec) -> int:
    """Write the helper to each household and to the journal; inside a running act."""
    values = {"helper_name": helper.name, "helper_organ": helper.organ, "helper": helper.user}
    same = rows.filter(**values).values_list("pk", flat=True)
    changing = rows.exclude(pk__in=list(same))
    former: dict[str, list[int]] = {}
    for pk, name in changing.order_by("pk").values_list("pk", "helper_name"):
        former.setdefault(name, []).append(pk)
    for was, keys in former.items():
        those = Household.objects.filter(pk__in=keys)
        those.update(**values, helper_phone=helper.phone, version=F("version") + 1)
        journal.record_set(Act.ASSIGN, those, was=was, became=helper.name)
    return sum(map(len, former.values()))


def keep_load(rows: QuerySet[Household], reason: str, year: int, programme: str = "") -> None:
    """The check of the register, asked at once: soft, so a reason passes it and is kept.

    Inside a running act. Raises Refused, naming the households, without a reason.
    """
    rules = rules_of(year, programme) or house_rules()
    if rules is None:
        return
    asked = Asked(rules.year, rules)
    over = helper_load(rows, asked)
    named = list(over.order_by("pk")[:NAMED])
    if not named:
        return
    if not reason.strip():
        raise Refused(
            _("帮扶责任人所帮户数偏多"),
            place="、".join(str(one) for one in named),
            value=named[0].helper_name,
            rule=_("一般不超过 %d 户;超过的写明原因") % (asked.most(Warn.HELPER_LOAD) or 0),
            example=_("原帮扶责任人调离,暂由其兼帮"),
        )
    journal.record_set(Act.GIVE_REASON, over, was=Warn.HELPER_LOAD, reason=reason)
