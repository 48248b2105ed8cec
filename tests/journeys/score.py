"""A walk written down, act by act: who did what, when, with which inputs.

    python -m tests.journeys.score SCORE.json walk --programme … (as manage.py walk)

Only what a walk itself asks of the services is written, not what they ask of each other. Rows are
told by their keys: whoever plays the same acts in the same order into an empty installation makes
the same rows.
"""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import wraps
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

SERVICES = (
    "verification.services",
    "publicity.services",
    "households.services",
)
Score = list[dict[str, Any]]


class Stand:
    """Stands for a module of services in the eyes of a player."""

    def __init__(self, module: ModuleType, score: Score) -> None:
        self._module, self._score = module, score

    def __getattr__(self, name: str) -> Any:
        return heard(getattr(self._module, name), self._score)


def listen(score: Score) -> None:
    """From now on every service a player asks is written down."""
    players = [one for name, one in sys.modules.items() if name.startswith("exitcase.walk")]
    for player in players:
        for name, held in list(vars(player).items()):
            if isinstance(held, ModuleType) and held.__name__.startswith(SERVICES):
                setattr(player, name, Stand(held, score))
            elif isinstance(held, FunctionType):
                setattr(player, name, heard(held, score))


def heard(service: Any, score: Score) -> Any:
    """The same service; an act that somebody does (`by`) is written down before it is done."""
    if not isinstance(service, FunctionType) or not service.__module__.startswith(SERVICES):
        return service
    signature = inspect.signature(service)
    if "by" not in signature.parameters:
        return service

    @wraps(service)
    def inner(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        told = {name: said(value) for name, value in bound.arguments.items()}
        name = f"{service.__module__.split('.')[-1]}.{service.__name__}"
        act = {"do": name, **around(bound.arguments), **told}
        made = service(*args, **kwargs)
        score.append({**act, "made": getattr(made, "pk", None)})
        return made

    return inner


def around(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a person sees without being told: the day, where cases stand, what stays behind."""
    from exitcase.core import clock  # noqa: PLC0415  # only once Django is set up
    from households.choices import Relation  # noqa: PLC0415  # only once Django is set up
    from households.queries import successor  # noqa: PLC0415  # only once Django is set up
    from publicity.models import NoticeItem  # noqa: PLC0415  # only once Django is set up
    from verification.models import Batch, Case  # noqa: PLC0415  # only once Django is set up

    found: dict[str, Any] = {"today": clock.today().isoformat()}
    cases = arguments.get("cases", arguments.get("items", ()))
    if getattr(cases, "model", None) is NoticeItem:
        found["objections"] = sorted(cases.values_list("objections", flat=True))
    elif "cases" in arguments or "items" in arguments:
        keys = [getattr(one, "case_key", None) or one.pk for one in cases]
        rows = Case.objects.filter(pk__in=keys).values_list("batch", flat=True)
        found["batches"] = sorted(set(rows))
    if isinstance(about := arguments.get("about"), NoticeItem):
        found["case"] = about.case_key
    if "hits" in arguments:
        found["numbers"] = [one.case.number for one in arguments["hits"]]
    if "raised_at" in arguments:
        rules = arguments["case"].batch.rules
        found["found_at"] = rules.stage(arguments["raised_at"]).title
    if "changes" in arguments:
        gone = [one for one in arguments["changes"].leaves if one.member.relation == Relation.HEAD]
        heads = [successor(one.member.household_id, one.member.pk) for one in gone]
        found["heads"] = [one.pk for one in heads if one]
    if "region" in arguments and "batches" in arguments:
        here = Batch.objects.filter(
            stage=arguments["stage"], village__code__startswith=arguments["region"]
        )
        goes = arguments["batches"].values_list("pk", flat=True)
        found["stay"] = sorted(set(here.values_list("pk", flat=True)) - set(goes))
    return found


def said(value: Any) -> Any:
    """A value in JSON: a row is its key, an account its name, a file what it is called."""
    from django.db.models import Model, QuerySet  # noqa: PLC0415  # only once Django is set up

    from exitcase.core.models import StoredFile, User  # noqa: PLC0415  # only once Django is set up

    simple = {User: lambda: value.username, StoredFile: lambda: value.name}
    found: Callable[[], Any] | None = simple.get(type(value))
    if found is None and isinstance(value, Enum):
        found = lambda: value.value  # noqa: E731
    if found is None and isinstance(value, date):
        found = value.isoformat
    if found is None and isinstance(value, Path):
        found = lambda: str(value)  # noqa: E731
    if found is None and isinstance(value, Model):
        found = lambda: value.pk  # noqa: E731
    if found is None and isinstance(value, QuerySet):
        found = lambda: sorted(value.values_list("pk", flat=True))  # noqa: E731
    if found is not None:
        return found()
    if is_dataclass(value):
        return {one.name: said(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(said(key)): said(one) for key, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [said(one) for one in value]
    return value


def main(out: str, arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exitcase.settings")
    import django  # noqa: PLC0415  # once the settings are named

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # only once Django is set up

    from exitcase.walk import opening, players  # noqa: F401, PLC0415  # they are to be listened to

    score: Score = []
    listen(score)
    try:
        call_command(*arguments)
    finally:
        Path(out).write_text(json.dumps(score, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
