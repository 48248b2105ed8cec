"""`manage.py seal_reads`: what the worker's timetable does every night."""

from typing import Any

from django.core.management.base import BaseCommand

from exitcase.core.services.reads import seal_reads


class Command(BaseCommand):
    help = "Seal what was read before today into the journal."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for chain, rows in seal_reads().items():
            self.stdout.write(f"{chain}: {rows}")
