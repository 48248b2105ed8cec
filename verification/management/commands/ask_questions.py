"""`manage.py ask_questions [DISTRICT…]`: what the worker's timetable does every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from verification.services.questions.jobs import districts, search_inline


class Command(BaseCommand):
    help = "Ask about what looks made up: the same photo or writing, visits, texts, dates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("districts", nargs="*", help="codes; without any, every district")

    def handle(self, *_args: Any, **options: Any) -> None:
        for district in options["districts"] or districts():
            asked = search_inline(district).result
            told = " ".join(f"{kind} {n}" for kind, n in sorted(asked.items())) or "0"
            self.stdout.write(f"{district}: {told}")
