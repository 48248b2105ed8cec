"""导入: read a register (XLSX) of a year."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core.errors import Refused
from households.services.imports import ImportResult, Tally, import_register

SHOWN = 50  # faults told on the screen; the report has all
REJECTED = 2  # exit code when something of the file stayed out


class Command(BaseCommand):
    help = "Import a register: one row a person, in the national export's layout."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--programme", default="", help="by which plan income is summed")
        parser.add_argument("--dry-run", action="store_true", help="read and tell, write nothing")
        parser.add_argument("--report", type=Path, help="the workbook again, bad cells marked")
        parser.add_argument("--all-or-nothing", action="store_true")

    def handle(self, *, file: Path, year: int, report: Path | None, **options: Any) -> None:
        try:
            result = import_register(
                file,
                year=year,
                programme=options["programme"],
                dry_run=options["dry_run"],
                all_or_nothing=options["all_or_nothing"],
            )
            if report:
                report.write_bytes(result.report(file.read_bytes()))
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.tell(result)
        if result.faults:
            raise CommandError(_("有 %s 处错误") % len(result.faults), returncode=REJECTED)

    def tell(self, result: ImportResult) -> None:
        for note in result.notes:
            self.stdout.write(note)
        for fault in [*result.faults, *result.warnings][:SHOWN]:
            self.stdout.write(str(fault))
        for label, tally in (
            (_("户"), result.households),
            (_("人"), result.persons),
            (_("村"), result.villages),
        ):
            self.stdout.write(f"{label}: {_sentence(tally)}")
        if result.dry_run:
            self.stdout.write(_("试读,没有写入"))


def _sentence(tally: Tally) -> str:
    return _(
        "读入 %(read)s = 新增 %(created)s + 更新 %(updated)s + 未变 %(unchanged)s"
        " + 未导入 %(rejected)s"
    ) % {
        "read": tally.read,
        "created": tally.created,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "rejected": tally.rejected,
    }
