"""`manage.py export_draw REGION STAGE [NUMBER]`: a draw as JSON, for whoever wants to repeat it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exitcase.core.errors import Refused
from verification.documents.draw_export import export_draw
from verification.models import Draw


class Command(BaseCommand):
    help = "Print a draw as JSON, to be repeated by docs/how-to/verify_draw.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("region", help="the code of the region it was drawn for")
        parser.add_argument("stage", help="the key of its stage, e.g. city_check")
        parser.add_argument("number", type=int, nargs="?", default=1, help="the n-th frame there")

    def handle(self, *_args: Any, **options: Any) -> None:
        where = {name: options[name] for name in ("region", "stage", "number")}
        draw = Draw.objects.select_related("programme").filter(**where).last()
        if draw is None:
            raise CommandError(f"no such draw: {where}")
        try:
            exported = export_draw(draw)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(exported, ensure_ascii=False, indent=1))
