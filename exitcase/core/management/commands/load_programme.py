"""载入方案: read plans from TOML files, all or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core.journal import Actor
from exitcase.core.rules_read import ProgrammeError
from exitcase.core.services.programmes import Loaded, Text, load

HOUSE = "house.toml"


class Command(BaseCommand):
    help = "Load programme files (TOML) over house.toml; the same text keeps its version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--house", type=Path, help="default: house.toml beside the file")

    def handle(self, *, files: list[Path], house: Path | None, **_options: Any) -> None:
        plans = [file for file in files if file.name != HOUSE]
        texts = [Text(file.name, _read(file), _read(house or _house(file))) for file in plans]
        try:
            found = load(texts, Actor.system())
        except ProgrammeError as error:
            raise CommandError(str(error)) from error
        for one in found:
            self.tell(one)

    def tell(self, one: Loaded) -> None:
        state = _("已载入") if one.new else _("未变")
        programme = one.programme
        self.stdout.write(f"{programme.key} v{programme.version} {programme.title}: {state}")
        for warning in one.warnings:
            self.stderr.write(f"{programme.key}: " + _("请留意: %s") % warning)


def _house(file: Path) -> Path:
    beside = file.parent / HOUSE
    return beside if beside.exists() else settings.BASE_DIR / "fixtures" / "programmes" / HOUSE


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
