"""`manage.py make_keys [--demo] [--rotate]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from exitcase.core import keys


class Command(BaseCommand):
    help = "Make the keys in EXITCASE_DATA/keys; back them up apart from the database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="keys that production refuses")
        parser.add_argument("--rotate", action="store_true", help="a new data key; then reencrypt")

    def handle(self, *_args: Any, **options: Any) -> None:
        if keys.create(demo=options["demo"]):
            self.stdout.write(_("密钥已生成"))
        elif options["rotate"]:
            self.stdout.write(_("新数据密钥 %d,请运行 reencrypt") % keys.add("data").number)
        else:
            self.stdout.write(_("密钥已存在,未改动"))
