"""Thirty of everything: each row that is there once comes twenty-nine times more.

A copy has the parents of its original, and copies of all that hangs on it. What there can be only
one of below a parent is struck out where the table knows such a thing, else left. So each list has
its thirty, whatever it lists, without anybody saying which page lists what.
"""

from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, UniqueConstraint

from exitcase.core.choices import Role
from exitcase.core.models import (
    Entry,
    Job,
    JobUnit,
    Paper,
    PostHolder,
    Programme,
    ProgrammeText,
    Region,
    StoredFile,
)
from households.models import Member, VillageYear
from publicity.models import NoticeItem, Objection
from tests.verification import build
from verification.models import Batch, Case, Print, StageCount

MORE = 29
APPS = ("households", "publicity", "verification")
HOUSE = (Programme, ProgrammeText, PostHolder, Entry, Job, JobUnit, Paper)
OF_CASES = (NoticeItem, Objection)  # by `case_key`
LEFT = {Print}  # one row for each file
MOVED = (Batch, StageCount)
# What may differ between two rows that are otherwise alike.
LOOSE = ("number", "request_number", "frame_sha256", "seq", "part", "name", "key", "place_name",
         "version", "subject_id", "new", "year", "id_index", "path")  # fmt: skip
FIRST = {"year": 2100}  # far from any year of a plan
STAFF = (Role.VILLAGE_CADRE, Role.HELPER, Role.TOWNSHIP_OFFICER, Role.DISTRICT_OFFICER,
         Role.DISTRICT_INSPECTOR, Role.BUREAU)  # fmt: skip
PLACES = {
    Role.VILLAGE_CADRE: "", Role.HELPER: "", Role.TOWNSHIP_OFFICER: build.TOWNSHIP,
}  # fmt: skip


@dataclass
class Copier:
    """What is there, who hangs on whom, and the copies that wait to be written."""

    rows: dict[type[Model], list[Any]] = field(default_factory=dict)
    below: dict[Any, list[Any]] = field(default_factory=lambda: defaultdict(list))
    new: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    serials: dict[Any, Any] = field(default_factory=lambda: defaultdict(lambda: count(1)))

    def read(self) -> None:
        for model in copied():
            self.rows[model] = list(model._base_manager.all())
        for rows in self.rows.values():
            for row in rows:
                for parent in parents(row):
                    self.below[parent].append(row)

    def hanging(self, roots: list[Any]) -> list[Any]:
        """The roots and all that hangs on them, each once."""
        found, waiting = {}, list(roots)
        while waiting:
            row = waiting.pop()
            if key_of(row) not in found:
                found[key_of(row)] = row
                waiting += self.below[key_of(row)]
        return list(found.values())

    def copy(self, roots: list[Any], village: str = "") -> None:
        """One copy of these and of what hangs on them; in another village if one is named."""
        hanging = sorted(self.hanging(roots), key=lambda row: copied().index(type(row)))
        twins = {key_of(row): twin(row) for row in hanging}
        for key, one in list(twins.items()):
            fresh = self.joined(one, twins)
            if village:
                move(one, village)
            if isinstance(one, Entry):  # another act
                one.tx = self.another(one, "tx")
            if self.told_apart(one, fresh):
                self.new[type(one)].append(one)
            else:
                del twins[key]

    def joined(self, one: Any, twins: dict[Any, Any]) -> set[str]:
        """Hang a copy on the copies of its parents; the columns that have changed by that."""
        fresh = set()
        for column in one._meta.concrete_fields:
            if column.is_relation and column.related_model in self.rows:
                parent = twins.get((column.related_model, getattr(one, column.attname)))
                if parent is not None:
                    setattr(one, column.name, parent)
                    fresh.add(column.name)
        column, key = loose(one)
        if key in twins:
            one.later = (column, twins[key])
            fresh.add(column)
        return fresh

    def told_apart(self, one: Any, fresh: set[str]) -> bool:
        return all(self.apart(one, rule, fresh) for rule in uniques(type(one)))

    def apart(self, one: Any, rule: UniqueConstraint, fresh: set[str]) -> bool:
        """Make a copy differ from its original where the table wants them to."""
        if fresh.intersection(rule.fields):
            return True
        free = next((name for name in LOOSE if name in rule.fields), "")
        if free:
            setattr(one, free, self.another(one, free))
            return True
        if "file" in rule.fields:
            one.file = twin(one.file)
            one.file.path = self.another(one.file, "path")
            self.new[StoredFile].append(one.file)
            return True
        if isinstance(one, Member):  # one head, and others
            one.relation = "20"
            return True
        named = str(rule.condition)
        if "void_tx" in named and not fresh:  # the same thing twice on the same paper
            return False
        if "void_tx" in named:
            one.void_tx = "x"
        elif "until" in named:
            one.until = one.since
        return "void_tx" in named or "until" in named

    def another(self, one: Any, name: str) -> Any:
        column = one._meta.get_field(name)
        serial = next(self.serials[type(one), name])
        if not isinstance(column, CharField):
            return FIRST.get(name, 500) + serial
        end = f"~{serial}"
        return f"{getattr(one, name)[: column.max_length - len(end)]}{end}"

    def write(self) -> None:
        for model in (StoredFile, *copied()):
            made = self.new[model]
            for one in made:
                if hasattr(one, "later"):
                    column, parent = one.later
                    setattr(one, column, type(getattr(one, column))(parent.pk))
            model._base_manager.bulk_create(made, batch_size=500)


@cache
def copied() -> list[type[Model]]:
    """The tables of cases, parents first, and some of the house."""
    tables = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    ordered: list[type[Model]] = []

    def put(model: type[Model]) -> None:
        if model in ordered or model in LEFT:
            return
        for parent in {column.related_model for column in model._meta.concrete_fields}:
            if parent in {*tables, *HOUSE} - {model}:
                put(parent)
        if model in OF_CASES:
            put(Case)
        ordered.append(model)

    for model in (*tables, *HOUSE):
        put(model)
    return ordered


def key_of(row: Any) -> Any:
    return type(row), row.pk


def parents(row: Any) -> list[Any]:
    """What a row hangs on. A plan is none: all would hang on it."""
    found = [
        (column.related_model, getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if column.is_relation
        and (column.related_model is not Programme or isinstance(row, ProgrammeText))
    ]
    return [*found, loose(row)[1]]


def loose(row: Any) -> tuple[str, Any]:
    """The column that names another row without a foreign key, and that row."""
    if isinstance(row, OF_CASES):
        return "case_key", (Case, row.case_key)
    if isinstance(row, Entry | Paper):
        subject = row.subject if isinstance(row, Entry) else row.subject_kind
        model = next((one for one in copied() if one._meta.model_name == subject), None)
        if model and row.subject_id.isdecimal():
            return "subject_id", (model, int(row.subject_id))
    return "", None


def twin(row: Any) -> Any:
    one = copy(row)
    one._state = copy(row._state)
    one._state.adding, one._state.fields_cache = True, {}
    one.pk = None
    return one


@cache
def uniques(model: type[Model]) -> list[UniqueConstraint]:
    rules = [rule for rule in model._meta.constraints if isinstance(rule, UniqueConstraint)]
    alone = [c for c in model._meta.concrete_fields if c.unique and not c.primary_key]
    return [*rules, *(UniqueConstraint(fields=[c.name], name=c.name) for c in alone)]


def move(one: Any, village: str) -> None:
    for name in ("village_id", "region_id"):
        if len(getattr(one, name, None) or "") == len(village):
            setattr(one, name, village)


def villages() -> list[str]:
    """As many more in the township."""
    codes = [f"{build.TOWNSHIP}{300 + at}" for at in range(MORE)]
    Region.objects.bulk_create(
        Region(code=code, name=f"第{code[-3:]}村", level="village", parent_id=build.TOWNSHIP,
               edition="test")
        for code in codes
    )  # fmt: skip
    VillageYear.objects.bulk_create(VillageYear(village_id=code, year=2020) for code in codes)
    return codes


def thirty_of_everything(world) -> None:
    """Of every row that is there; half of the lists in villages of their own."""
    copier = Copier()
    copier.read()
    codes = villages()
    for model, rows in copier.rows.items():
        for row in rows:
            roots = [row]
            if model is Batch:
                roots += [case.household for case in row.cases.all()]
            for at, code in enumerate(codes):
                copier.copy(roots, code if model in MOVED and at % 2 else "")
    copier.write()
    for role in STAFF:
        for _more in range(MORE):
            build.user(role, PLACES.get(role, build.DISTRICT) or world.villages[0])
