"""The demo: an invented township whose lists are under way, and one account for every role.

`fixtures/demo/demo.toml` says which plan, which place, how large, and on which day it stands.
"""

import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _

from exitcase.core.choices import CLOSED, DIGITS, DeploymentKind, Level, Role
from exitcase.core.errors import Refused
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment, Deployment, Programme, Region, User
from exitcase.core.services import people
from exitcase.walk import opening
from exitcase.walk.story import Walk
from exitcase.walk.troubles import Trouble
from verification.models import Batch

FILE: Final = Path(settings.BASE_DIR) / "fixtures" / "demo" / "demo.toml"
# The three administrators and the auditor play no part in a walk.
ASIDE: Final = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR)
NAMES: Final = {
    Role.SYSTEM_ADMIN: "文守正",
    Role.SECURITY_ADMIN: "文致远",
    Role.AUDIT_ADMIN: "文思齐",
    Role.AUDITOR: "文明德",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What demo.toml says."""

    programme: str
    township: str
    persons: int
    seed: int
    turns: int  # in which the villages list, so many days apart
    days_apart: int
    until: date
    audit_until: date
    troubles: Mapping[Trouble, int]  # in each turn


@dataclass(frozen=True, slots=True)
class Account:
    """One account to log in with."""

    role: Role
    place: str
    username: str


def plan() -> Plan:
    told = tomllib.loads(FILE.read_text("utf-8"))
    troubles = {Trouble(name): count for name, count in told.pop("troubles").items()}
    return Plan(**told, troubles=troubles)


def note() -> Path:
    """Where the accounts and their password are kept, readable by this installation alone."""
    return Path(settings.DATA) / "demo-accounts.txt"


def unfinished() -> Path:
    """Lies there from the first account to the note: a demo that was broken off is taken up."""
    return Path(settings.DATA) / "demo-unfinished"


def play(told: Plan) -> Walk:
    """Invent the register, import it, list it, and bring the lists to the plan's day."""
    _refuse_unless_demo()
    programme = Programme.objects.newest(told.programme)
    if programme is None:
        raise Refused(_("没有这个方案:%s") % told.programme)
    township = Region.objects.get(pk=told.township)
    out = Path(settings.DATA) / "demo"
    out.mkdir(parents=True, exist_ok=True)
    register = out / "register.xlsx"
    call_command(
        "make_register",
        str(register),
        township=told.township,
        persons=told.persons,
        seed=told.seed,
        verbosity=0,
    )
    walk = opening.open_walk(programme, township, out, told.seed, register, choice=told.troubles)
    opening.open_in_turns(walk, told.turns, timedelta(days=told.days_apart))
    walk.agenda.run(told.until)
    return walk


def choose_accounts(told: Plan) -> list[Account]:
    """One account of every role, of those who play and of those aside; none opens anything yet."""
    _refuse_unless_demo()
    district = Region.objects.get(pk=told.township[: DIGITS[Level.DISTRICT]])
    since = Appointment.objects.order_by("since").values_list("since", flat=True)[0]
    for role in ASIDE:
        _engage(role, district, since, told)
    return list(_one_each())


def make_password() -> str:
    return "-".join(secrets.token_hex(2) for _part in range(4))


def open_accounts(accounts: Sequence[Account], password: str) -> None:
    """Give them all the one password, which the note must have by now: it is readable nowhere."""
    _refuse_unless_demo()
    users = {user.username: user for user in User.objects.all()}
    for account in accounts:
        users[account.username].set_password(password)
        users[account.username].save(update_fields=["password"])


def _one_each() -> Iterator[Account]:
    """The first holder of each role; in villages, of one whose list is in the village's hands."""
    rows = Batch.objects.exclude(stage=CLOSED).select_related("programme")
    rows = rows.order_by("part", "village")
    busy = [one.village_id for one in rows if one.ask().stage.level == Level.VILLAGE]
    for role in Role:
        held = Appointment.objects.filter(role=role).select_related("user", "region")
        holders = sorted(held, key=lambda one: (_rank(busy, one.region_id), one.pk))
        if holders:
            yield Account(role, holders[0].region.name, holders[0].user.username)


def _rank(busy: list[str], code: str) -> int:
    return busy.index(code) if code in busy else len(busy)


def _engage(role: Role, region: Region, since: date, told: Plan) -> None:
    user, made = User.objects.get_or_create(
        username=f"{role}.{region.code}.1", defaults={"name": NAMES[role], "organ": region.name}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    errand = role == Role.AUDITOR
    people.appoint(
        user,
        role,
        region,
        by=Actor.system(),
        since=since,
        until=told.audit_until if errand else None,
        purpose=_("%d 年度退出专项审计") % told.until.year if errand else "",
    )


def _refuse_unless_demo() -> None:
    latest = Deployment.objects.order_by("pk").last()
    if latest is None or latest.kind != DeploymentKind.DEMO:
        raise Refused(_("只有演示库可以装入演示数据"))
