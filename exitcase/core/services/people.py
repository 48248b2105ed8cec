"""Appointments and posts: who holds what where. Guardian's grants follow the appointments."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from exitcase.core import clock, journal
from exitcase.core.choices import Act, Post, Role
from exitcase.core.errors import Refused
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment, PostHolder, Region, User
from exitcase.core.scope import ADMINS


def appoint(
    user: User,
    role: Role,
    region: Region,
    *,
    by: Actor,
    since: date,
    until: date | None = None,
    organ: str = "",
    post: Post | None = None,
    purpose: str = "",
) -> Appointment:
    """Give a user a role over a region. Raises `Refused`."""
    _refuse_mixed(user, role, since, until)
    if role == Role.AUDITOR and not (purpose and until):
        example = _("2020年度退出专项审计,至2021-03-31")
        raise Refused(_("审计任职须写明事由和截止日期"), example=example)
    if until and until < since:
        raise Refused(_("截止日期早于起始日期"), value=f"{since} – {until}")
    with journal.act(by, min(since, clock.today())):
        held, _made = Appointment.objects.get_or_create(
            user=user,
            role=role,
            region=region,
            organ=organ,
            until=until,
            defaults={"since": since, "post": post or "", "purpose": purpose},
        )
        assign_perm(role.value, user, region)
        journal.record(Act.APPOINT, held, was="", became=role, reason=purpose)
        return held


def dismiss(held: Appointment, *, by: Actor, until: date, reason: str = "") -> None:
    """End an appointment with its last day. The grant goes when no other appointment needs it."""
    if until < held.since:
        raise Refused(_("免职日期早于任职日期"), value=str(until), example=str(held.since))
    with journal.act(by, min(until, clock.today()), reason):
        Appointment.objects.filter(pk=held.pk).update(until=until)
        journal.record(Act.DISMISS, held, was=held.role, became="")
        same = Appointment.objects.filter(user=held.user_id, role=held.role, region=held.region_id)
        if not same.on(clock.today()).exists():
            remove_perm(held.role, held.user, held.region)


def hold_post(
    region: Region,
    post: Post,
    name: str,
    *,
    by: Actor,
    since: date,
    until: date | None = None,
    user: User | None = None,
    phone: str = "",
    beside: bool = False,
    acting: bool = False,
) -> PostHolder:
    """Write down who holds a post from a day on; who held it before keeps it to the day before.

    `beside` others: for posts that several people hold at once, such as members of a body.
    `acting` for a vacant post or a holder away: the holder's own time is left as it is.
    """
    if until and until < since:
        raise Refused(_("截止日期早于起始日期"), value=f"{since} – {until}")
    with journal.act(by, min(since, clock.today())):
        before = PostHolder.objects.filter(region=region, post=post, until=None, since__lt=since)
        if not (beside or acting):
            before.update(until=since - timedelta(days=1))
        holder = PostHolder.objects.create(
            region=region,
            post=post,
            name=name,
            user=user,
            phone=phone,
            since=since,
            until=until,
            acting=acting,
        )
        journal.record(Act.RECORD_POST, holder, was="", became=post)
        return holder


def leave_post(holder: PostHolder, *, by: Actor, until: date, reason: str = "") -> None:
    """Write down the last day of who held a post; from the next it is vacant until it is filled."""
    if until < holder.since:
        raise Refused(_("免职日期早于任职日期"), value=str(until), example=str(holder.since))
    with journal.act(by, min(until, clock.today()), reason):
        PostHolder.objects.filter(pk=holder.pk).update(until=until)
        journal.record(Act.RECORD_POST, holder, was=holder.post, became="")


def holder_of(region: str, post: Post, day: date) -> PostHolder | None:
    """Who held a post on a day; of several the one who came last. None: the post was vacant."""
    held = PostHolder.objects.on(day).filter(region=region, post=post)
    found: PostHolder | None = held.order_by("since", "pk").last()
    return found


def _refuse_mixed(user: User, role: Role, since: date, until: date | None) -> None:
    """三员分立: nobody holds two of the three, nor one beside a role with cases, at one time."""
    others = Appointment.objects.filter(user=user).exclude(role=role)
    others = others.exclude(until__lt=since)
    if until:
        others = others.exclude(since__gt=until)
    clash = others if role in ADMINS else others.filter(role__in=ADMINS)
    if clash.exists():
        raise Refused(
            _("系统、安全、审计管理员须由不同的人担任,且不兼办业务"), value=f"{user.name} {role}"
        )
