"""`manage.py demo`: fill an empty demo database, and say with which accounts to log in."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase import demo
from exitcase.core import words
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import User
from exitcase.walk.story import WrongTurn
from verification.models import Batch


class Command(BaseCommand):
    help = "Load an invented township whose lists are under way; one account for every role."

    def handle(self, *_args: Any, **_options: Any) -> None:
        taken_up, listed = demo.unfinished().exists(), Batch.objects.exists()
        if listed and not taken_up:
            raise CommandError(_("库中已有批次,不再装入演示数据"))
        if taken_up and not listed and User.objects.exists():
            message = _("上次的演示数据没有装完,也没有名单;请删除 %s 后重新启动")
            raise CommandError(message % settings.DATA)
        demo.unfinished().touch()
        told = demo.plan()
        try:
            if listed:
                self.stdout.write(_("上次的演示数据没有装完,就用已有的名单开通账号"))
            else:
                self.stdout.write(_("正在装入演示数据,约需一两分钟……"))
                demo.play(told)
            self.open_accounts(told)
        except (WrongTurn, Refused, NotAllowed, OutOfScope) as turn:
            raise CommandError(str(turn)) from turn
        demo.unfinished().unlink()

    def open_accounts(self, told: demo.Plan) -> None:
        """First the note, then the password it tells: nobody has an account nobody can enter."""
        accounts, password = demo.choose_accounts(told), demo.make_password()
        text = told_accounts(accounts, password)
        keep(text)
        demo.open_accounts(accounts, password)
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
