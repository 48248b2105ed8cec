"""`manage.py show_rights`: the table of rights as docs/reference/roles.md has it."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from exitcase.core.access import RIGHTS
from exitcase.core.choices import Level, Role
from exitcase.core.words import ACTS, LEVELS, ROLES


class Command(BaseCommand):
    help = "Print which role may do which act at which level."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write("| role | 角色 | level | acts |\n|---|---|---|---|")
        for role in Role:
            for line in lines(role):
                self.stdout.write(line)


def lines(role: Role) -> Iterator[str]:
    """A line per level, or one that says: none."""
    name = f"| `{role}` | {ROLES[role]} |"
    if not RIGHTS[role]:
        yield f"{name} – | reads only |"
    for level in Level:
        acts = [act for act, its_level in RIGHTS[role] if its_level == level]
        if acts:
            told = ", ".join(f"`{act}` {ACTS[act]}" for act in sorted(acts))
            yield f"{name} {LEVELS[level]} | {told} |"
