"""任职管理: people's roles and posts, given and ended by those whose right that is.

Every function takes what a form has: account names, codes, days. The security administrator gives
roles, whoever staffs a township or district office writes down its posts.
"""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, clock
from exitcase.core.choices import Act, Level, Post, Role
from exitcase.core.errors import OutOfScope, Refused
from exitcase.core.models import Appointment, PostHolder, Region, User
from exitcase.core.models.region import level_of
from exitcase.core.services import people, posts
from exitcase.core.services.door import door
from exitcase.core.words import word

# At which levels a role is held: a village's cadre over a village, an inspector over a district.
HELD_AT: dict[Role, frozenset[Level]] = {
    Role.VILLAGE_CADRE: frozenset({Level.VILLAGE}),
    Role.HELPER: frozenset({Level.VILLAGE, Level.TOWNSHIP}),
    Role.WORK_TEAM: frozenset({Level.VILLAGE}),
    Role.TOWNSHIP_OFFICER: frozenset({Level.TOWNSHIP}),
    Role.TOWNSHIP_LEADER: frozenset({Level.TOWNSHIP}),
    Role.TOWNSHIP_STATION: frozenset({Level.TOWNSHIP}),
    Role.BUREAU: frozenset({Level.TOWNSHIP, Level.DISTRICT}),
    Role.DISTRICT_OFFICER: frozenset({Level.DISTRICT}),
    Role.DISTRICT_INSPECTOR: frozenset({Level.DISTRICT}),
    Role.DISTRICT_LEADER: frozenset({Level.DISTRICT}),
    Role.CITY_INSPECTOR: frozenset({Level.DISTRICT, Level.CITY}),
    Role.AUDITOR: frozenset({Level.TOWNSHIP, Level.DISTRICT, Level.CITY}),
    Role.SYSTEM_ADMIN: frozenset({Level.DISTRICT, Level.CITY}),
    Role.SECURITY_ADMIN: frozenset({Level.DISTRICT, Level.CITY}),
    Role.AUDIT_ADMIN: frozenset({Level.DISTRICT, Level.CITY}),
}


def appointments(by: User, region: str) -> QuerySet[Appointment]:
    """Who holds what in a region, now, before and to come. Raises `OutOfScope`, `NotAllowed`."""
    access.require(by, Act.APPOINT, Level.DISTRICT, [region])
    under = Region.objects.under(region)
    rows = Appointment.objects.filter(region__in=under).select_related("user", "region")
    return rows.order_by("region", "role", "pk")


def give_role(
    username: str,
    role: Role,
    region: str,
    *,
    by: User,
    since: date,
    done_on: date,
    until: date | None = None,
    organ: str = "",
    post: Post | None = None,
    purpose: str = "",
    reason: str = "",
) -> Appointment:
    """Appoint an account to a role over a region, from–to (incl.).

    Raises `OutOfScope`, `NotAllowed` (also to whoever would appoint themselves); `Refused` for an
    account that is not there or closed, a role that is not held at this level, an auditor without
    errand or end, days in the wrong order, administrators who hold something else.
    """
    with door(by, Act.APPOINT, Level.DISTRICT, [region], done_on=done_on, reason=reason) as act:
        user = _account(username)
        access.two_people(user.pk, by.pk)
        _refuse_level(role, region)
        return people.appoint(
            user,
            role,
            Region.objects.get(pk=region),
            by=act.by,
            since=since,
            until=until,
            organ=organ,
            post=post,
            purpose=purpose,
        )


def end_role(appointment: int, *, by: User, until: date, done_on: date, reason: str) -> Appointment:
    """End an appointment (its key) with a last day; from the next every door is shut to it.

    What the person had in hand is handed over by whoever staffs the region. Raises `OutOfScope`,
    `NotAllowed`; `Refused` without a reason and for a last day before the first.
    """
    _refuse_blank(reason)
    rows = Appointment.objects.select_related("user", "region")
    held: Appointment | None = rows.filter(pk=appointment).first()
    if held is None:
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    codes = [held.region_id]
    with door(by, Act.DISMISS, Level.DISTRICT, codes, done_on=done_on, reason=reason) as act:
        access.two_people(held.user_id, by.pk)
        people.dismiss(held, by=act.by, until=until, reason=reason)
        held.refresh_from_db()
        return held


def fill_post(
    region: str,
    post: Post,
    name: str,
    *,
    by: User,
    since: date,
    done_on: date,
    until: date | None = None,
    username: str = "",
    phone: str = "",
    beside: bool = False,
    acting: bool = False,
    reason: str = "",
) -> PostHolder:
    """Write down who holds a post of a region, or stands in for its holder (`acting`, 代行).

    Without `beside` or `acting` who held it before goes, with the day before `since`. Raises
    `OutOfScope`, `NotAllowed`; `Refused` without a name, for who acts without a reason, for an
    account that is not there, for who holds the post already, for a post of another level, and
    where a successor would turn out several people or somebody on the very first day.
    """
    if acting:
        _refuse_blank(reason)
    level = level_of(region)
    with door(by, Act.RECORD_POST, level, [region], done_on=done_on, reason=reason) as running:
        if not name.strip():
            raise Refused(_("请填写任职人姓名"), place=word(post))
        posts.refuse_level(region, post)
        _refuse_again(region, post, name, since)
        user = _account(username) if username else None
        if not (beside or acting):
            posts.refuse_takeover(region, post, since)
        return people.hold_post(
            Region.objects.get(pk=region),
            post,
            name,
            by=running.by,
            since=since,
            until=until,
            user=user,
            phone=phone,
            beside=beside,
            acting=acting,
        )


def vacate_post(holder: int, *, by: User, until: date, done_on: date, reason: str) -> PostHolder:
    """Write down the last day of a post's holder (its key); the post is vacant from the next.

    Raises `OutOfScope`, `NotAllowed`; `Refused` without a reason, for a day before the first, and
    for a time that is over: papers of those days were signed by its holder.
    """
    _refuse_blank(reason)
    held: PostHolder | None = PostHolder.objects.filter(pk=holder).first()
    if held is None:
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    level, codes = level_of(held.region_id), [held.region_id]
    with door(by, Act.RECORD_POST, level, codes, done_on=done_on, reason=reason) as running:
        posts.refuse_ended(held, clock.today())
        people.leave_post(held, by=running.by, until=until, reason=reason)
        held.refresh_from_db()
        return held


def _account(username: str) -> User:
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Refused(
            _("没有这个用户名,或已停用"), place=_("用户名"), value=username, rule=_("先建立账号")
        )
    return found


def _refuse_level(role: Role, region: str) -> None:
    level, levels = level_of(region), HELD_AT[role]
    if level not in levels:
        raise Refused(
            _("这一角色不在这一级任职"),
            place=word(role),
            value=f"{region} {word(level)}",
            rule="、".join(word(one) for one in Level if one in levels),
        )


def _refuse_again(region: str, post: Post, name: str, since: date) -> None:
    held = PostHolder.objects.filter(region=region, post=post, name=name)
    if held.exclude(until__lt=since).exists():
        raise Refused(_("该人当日已任这一职务"), place=word(post), value=name)


def _refuse_blank(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明原因"), example=_("工作调动"))
