"""`manage.py demo`: fill an empty demo database, and say with which accounts to log in."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase import demo
from exitcase.core import words
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.walk.story import WrongTurn
from verification.models import Batch


class Command(BaseCommand):
    help = "Load an invented township whose lists are under way; one account for every role."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Batch.objects.exists():
            raise CommandError(_("库中已有批次,不再装入演示数据"))
        told = demo.plan()
        self.stdout.write(_("正在装入演示数据,约需一两分钟……"))
        try:
            walk = demo.play(told)
            accounts, password = demo.open_accounts(walk, told)
        except (WrongTurn, Refused, NotAllowed, OutOfScope) as turn:
            raise CommandError(str(turn)) from turn
        text = told_accounts(accounts, password)
        keep(text)
        self.stdout.write(text)


def told_accounts(accounts: list[demo.Account], password: str) -> str:
    head = _("演示账号(密码均为 %s):") % password
    each = [f"  {words.word(one.role)} {one.place}: {one.username}" for one in accounts]
    return "\n".join([head, *each, ""])


def keep(text: str) -> None:
    """For the next start: a password cannot be read out of the database again."""
    path = demo.note()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
