"""Write a register of invented people: for demos, tests and training."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.core import clock, income
from exitcase.core.choices import Item, Level
from exitcase.core.errors import Refused
from exitcase.core.models import Region
from exitcase.core.rules import Rules
from households.register.invent import Plan, invent
from households.register.invent.book import Place
from households.services.programme import house_rules, rules_of


class Command(BaseCommand):
    help = "Write an invented register for all villages of a township; same seed, same bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        parser.add_argument("--township", required=True, metavar="CODE")
        parser.add_argument("--persons", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--year", type=int, help="default: the plan's, or this year")
        parser.add_argument(
            "--programme",
            default="",
            help="whose income line, items and year (default: the plan loaded first)",
        )
        parser.add_argument("--line", metavar="元", help="the income line, without a programme")
        parser.add_argument(
            "--empty-village", action="append", default=[], metavar="CODE", help="gets nobody"
        )

    def handle(self, *, out: Path, township: str, persons: int, seed: int, **options: Any) -> None:
        try:
            plan = _plan(township, persons, seed, options)
            out.write_bytes(invent(plan))
        except (Refused, ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        told = _("%(file)s: %(persons)s 人, %(villages)s 个村")
        self.stdout.write(told % {"file": out, "persons": persons, "villages": len(plan.places)})


def _plan(township: str, persons: int, seed: int, options: dict[str, Any]) -> Plan:
    told = options["year"] or options["programme"]
    year = options["year"] or clock.today().year
    rules = rules_of(year, options["programme"]) if told else house_rules()
    if persons < 1:
        raise Refused(_("人数至少为 1"), value=str(persons))
    return Plan(
        places=_places(township),
        persons=persons,
        seed=seed,
        year=rules.year if rules else year,
        line_fen=_line(options["line"], rules),
        counted=_counted(rules),
        empty=frozenset(options["empty_village"]),
    )


def _line(given: str | None, rules: Rules | None) -> int:
    """In 分: what is given, else the plan's."""
    if given is None and rules is not None:
        return rules.line_fen
    found = income.fen(given or "")
    if not found:
        raise Refused(
            _("不知道收入线"),
            value=given or "",
            rule=_("请用 --programme 指明方案,或用 --line 给出金额(元)"),
            example="--line 4000",
        )
    return found


def _counted(rules: Rules | None) -> frozenset[Item]:
    if rules and rules.income and rules.income.items:
        return frozenset(rules.income.items.counted)
    return frozenset(Item) - {Item.BUSINESS_COST}


def _places(township: str) -> list[Place]:
    """The township's villages of today, in the order of their codes."""
    found = Region.objects.at(clock.today()).under(township).of_level(Level.VILLAGE)
    names = dict(Region.objects.filter(pk__in=(township, township[:6])).values_list("code", "name"))
    if township not in names or not found:
        raise Refused(_("区划表里没有这个乡镇,或它没有村"), value=township, rule=_("9 位区划代码"))
    above = names[township], names.get(township[:6], "")
    return [Place(one.code, one.name, *above) for one in found.order_by("code")]
