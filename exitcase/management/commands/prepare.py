"""`manage.py prepare`: what `serve` needs; into an empty database a demo."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from exitcase import demo
from exitcase.core import keys
from exitcase.core.choices import DeploymentKind
from exitcase.core.models import User
from exitcase.core.services import house

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    help = "Bring the tables up to date; where nobody has an account yet, load the demo."
    requires_system_checks = ()  # the tables they look at may not be there yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-demo", action="store_true", help="only keys, regions and the programme"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if User.objects.exists() and not demo.unfinished().exists():
            return
        self.fill()
        if not options["without_demo"]:
            call_command("demo", stdout=self.stdout)

    def fill(self) -> None:
        """Every step may be repeated, so a start that was broken off is taken up again."""
        keys.create(demo=True)
        house.open_as(DeploymentKind.DEMO)
        call_command("load_regions", str(FIXTURES / "regions"), stdout=self.stdout)
        file = FIXTURES / "programmes" / f"{demo.plan().programme}.toml"
        call_command("load_programme", str(file), stdout=self.stdout, stderr=self.stderr)
