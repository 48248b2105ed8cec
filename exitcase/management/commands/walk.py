"""Play a whole plan: every role through the services, from import to filing, on the demo clock."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Programme, Region
from exitcase.walk import choosing, opening, papers, summary
from exitcase.walk.story import WrongTurn


class Command(BaseCommand):
    help = "Walk a register through a whole plan, from import to filing, and write its papers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", required=True, help="key of the plan")
        parser.add_argument("--township", required=True, help="its 9-digit code")
        parser.add_argument("--register", required=True, type=Path, metavar="FILE.xlsx")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--troubles", type=Path, metavar="FILE.toml", help="which, how many")
        parser.add_argument("--no-papers", action="store_true", help="play, but print nothing")

    def handle(self, *, register: Path, out: Path, seed: int, **options: Any) -> None:
        programme = _programme(options["programme"])
        township = _township(options["township"])
        try:
            choice = choosing.read(options["troubles"]) if options["troubles"] else None
            walk = opening.open_walk(programme, township, out, seed, register, choice=choice)
            opening.open_lists(walk)
            walk.agenda.run()
            printed = 0 if options["no_papers"] else papers.print_all(walk)
            found = summary.write_all(walk)
        except (WrongTurn, Refused, NotAllowed, OutOfScope) as turn:
            raise CommandError(_("走错了一步: %s") % turn) from turn
        self.stdout.write(_("文书 %s 份") % printed)
        for end, count in found["came_to"].items():
            self.stdout.write(f"{end}: {count['households']} 户 {count['persons']} 人")


def _programme(key: str) -> Programme:
    """The newest version; loaded from our fixtures when the database has none."""
    found = Programme.objects.newest(key)
    if found is None:
        file = settings.BASE_DIR / "fixtures" / "programmes" / f"{key}.toml"
        if not file.exists():
            raise CommandError(_("没有这个方案:%s") % key)
        call_command("load_programme", str(file), verbosity=0)
        found = Programme.objects.newest(key)
    assert found is not None  # noqa: S101  # loaded just now
    return found


def _township(code: str) -> Region:
    found = Region.objects.filter(pk=code, level="township").first()
    if found is None:
        raise CommandError(_("没有这个乡镇:%s;请先载入区划 load_regions") % code)
    return found
