"""Loading plans: the only way a programme comes into the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from exitcase.core import clock, journal, merkle
from exitcase.core.choices import Act
from exitcase.core.journal import Actor
from exitcase.core.models import Programme, ProgrammeText, User
from exitcase.core.rules import Rules
from exitcase.core.rules_read import accepted, warnings

CHAIN: Final = "house"  # plans lie in no region, and several districts may follow one


@dataclass(frozen=True, slots=True)
class Text:
    """A programme file and the house file read with it."""

    file: str
    source: str
    house: str

    @property
    def sha256(self) -> str:
        return sha256(merkle.canonical([self.house, self.source])).hexdigest()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file: a new version, or the newest as it stands; and what is odd."""

    programme: Programme
    new: bool
    warnings: tuple[str, ...]


def load(texts: Sequence[Text], by: Actor, user: User | None = None) -> list[Loaded]:
    """All the files, or none: ProgrammeError for the first that cannot be read.

    The same text keeps its version; a changed one becomes the next. Running batches stay on the
    version they were made under.
    """
    read = [(text, accepted(text.source, text.house, file=text.file)) for text in texts]
    with journal.act(by, clock.today()):
        return [_load(text, rules, user) for text, rules in read]


def _load(text: Text, rules: Rules, user: User | None) -> Loaded:
    newest = Programme.objects.newest(rules.key)
    odd = tuple(warnings(rules))
    if newest and newest.sha256 == text.sha256:
        return Loaded(newest, new=False, warnings=odd)
    made = Programme.objects.create(
        key=rules.key,
        version=newest.version + 1 if newest else 1,
        title=rules.title,
        sha256=text.sha256,
        loaded_at=clock.read(),
        loaded_by=user,
    )
    ProgrammeText.objects.create(programme=made, source=text.source, house=text.house)
    was = _named(newest) if newest else ""
    journal.record(Act.LOAD_PROGRAMME, made, was, _named(made), chain=CHAIN)
    return Loaded(made, new=True, warnings=odd)


def _named(programme: Programme) -> str:
    return f"{programme.key} v{programme.version} {programme.sha256[:32]}"
