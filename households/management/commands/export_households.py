"""导出: the register of a region as a workbook, in the layout it is read in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core.errors import OutOfScope, Refused
from exitcase.core.models import User
from households.services.exports import export_register


class Command(BaseCommand):
    help = "Export the register of a region; it holds numbers in clear, so each read is logged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        parser.add_argument("--region", required=True, metavar="CODE")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--purpose", required=True, help="what it is for: kept in the log")

    def handle(self, *, out: Path, region: str, year: int, **options: Any) -> None:
        try:
            by = User.objects.get(username=options["by"])
            data = export_register(region, year, by=by, purpose=options["purpose"])
            out.write_bytes(data)
        except User.DoesNotExist as missing:
            raise CommandError(_("没有这个用户:%s") % options["by"]) from missing
        except (OutOfScope, Refused, OSError) as refused:
            raise CommandError(str(refused)) from refused
