"""`manage.py travel 2020-10-16`: a demo's clock goes to noon of a day, so that terms run out."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core import clock
from exitcase.core.errors import Refused
from exitcase.core.services import house

NOON = time(12)  # so that whatever happened in the morning lies behind


class Command(BaseCommand):
    help = "Turn a demo's clock to noon of a later day: what hangs for seven days need not wait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *, day: date, **_options: Any) -> None:
        today = clock.today()
        if day < today:
            raise CommandError(
                _("演示时钟只能往后拨:%(day)s 早于今天 %(today)s")
                % {"day": day.isoformat(), "today": today.isoformat()}
            )
        try:
            house.travel_to(datetime.combine(day, NOON, clock.PLACE))
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(_("现在是 %s") % clock.today().isoformat())
