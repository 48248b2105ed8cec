"""What the services of district and city share: how to enter an act, and whose act it is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access
from exitcase.core.choices import DIGITS, Act, Level, Role
from exitcase.core.errors import Refused
from exitcase.core.journal import Running
from exitcase.core.models import StoredFile, User
from exitcase.core.rules import Organ, Rules
from exitcase.core.scope import Scope
from exitcase.core.services.door import door
from verification.models import Batch, Case
from verification.services.entry import one_programme
from verification.services.locks import lock


@contextmanager
def enter(
    cases: QuerySet[Case],
    act: Act,
    level: Level,
    *,
    by: User,
    done_on: date,
    reason: str = "",
    rules: Rules | None = None,
) -> Iterator[Running]:
    """Open the way for an act about cases wherever they stand; their batches are locked.

    For questions and findings that outlive a stage: hits, rectifications, marks taken back.
    Raises OutOfScope, NotAllowed; Refused for no cases or cases of two versions of a plan.
    """
    batches = Batch.objects.filter(pk__in=cases.order_by().values("batch"))
    rules = rules or one_programme(batches).rules
    codes = set(batches.order_by().values_list("village", flat=True))
    with door(by, act, level, codes, rules=rules, done_on=done_on, reason=reason) as running:
        lock(batches)
        access.refuse_others(by, act, level, cases)
        yield running


def region_of(villages: Iterable[str], level: Level) -> str:
    """The one region of `level` these villages lie in; Refused when they lie in several."""
    codes = sorted({code[: DIGITS[level]] for code in villages})
    if len(codes) != 1:
        raise Refused(
            _("所选的户不在同一地区"), value="、".join(codes), rule=_("一次只办理一个地区的户")
        )
    return codes[0]


def acts_itself(by: User, organ: Organ, code: str) -> bool:
    """Whether the organ has logged in: `by` holds its role over the place, for this organ.

    Otherwise the organ's act is registered: by one officer, confirmed by another (DESIGN 5).
    """
    held = Scope.of(by).of_role([organ.role]).held
    named = {organ.key} if organ.role == Role.BUREAU else {organ.key, ""}
    return any(code.startswith(one.region_id) and one.organ in named for one in held)


def refuse_before(day: date, earlier: date, rule: str) -> None:
    """Time logic: no act is dated before the one it rests on."""
    if day < earlier:
        raise Refused(
            _("日期早于它所依据的事项"),
            value=day.isoformat(),
            rule=f"{rule} {earlier.isoformat()}",
            example=earlier.isoformat(),
        )


def refuse_blank(**texts: tuple[str, str]) -> None:
    """Each keyword is (what was given, what it is called); Refused for the first empty one."""
    for given, called in texts.values():
        if not given.strip():
            raise Refused(_("请填写:%s") % called, place=called)


def need_scan(scan: StoredFile | None, called: str) -> StoredFile:
    """A registered act without its paper is hearsay."""
    if scan is None:
        raise Refused(_("缺扫描件"), place=called, rule=_("先上传盖章原件的扫描件"))
    return scan
