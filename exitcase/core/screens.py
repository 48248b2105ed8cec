"""What the partials of templates/exitcase take: plain values, so a thing looks alike everywhere.

`/styleguide/` renders each of them from samples. Texts are for the screen, already translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Pace(StrEnum):
    """How a thing stands; each has a shape, a word and a colour, never a colour alone."""

    DONE = "done"
    NOW = "now"
    LATE = "late"
    BACK = "back"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Link:
    """A way to somewhere, in the words of what happens there."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One of a page's tabs (`_tabs.html`); `count` None shows none."""

    words: str
    href: str
    here: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter over a list (`_filters.html`): a text, or a choice where `options` are given."""

    name: str
    label: str
    value: str = ""
    options: Sequence[tuple[str, str]] | None = None
    blank: str = ""  # what the empty choice says; "" is 全部


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a bulk bar or check page: the verb, and where its form goes."""

    words: str
    action: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of a list (`_task_row.html`): what, where, how long, and the next act."""

    mark: str  # the number of its step
    pace: Pace
    what: str
    place: Link
    due: str
    next_act: Link
    primary: bool = False
    lines: Sequence[str] = ()
    remind: str = ""  # where a 催办 is posted; "" where this person may not, or not today
    reminded: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A check page (`_check.html`), shown before an act that leaves the unit.

    `follows`: who and what it touches, each with its name. `missing`: of each place, what is in its
    way (`_blockers.html`). `type_count`: the act cannot be taken back, its number has to be typed.
    """

    title: str
    figures: Sequence[tuple[str, str]]
    receiver: str
    withdrawal: str
    act: Act
    back: Link
    follows: Sequence[tuple[str, str]] = ()
    exceptions: Sequence[str] = ()
    stays: Sequence[str] = ()
    missing: Sequence[tuple[str, Sequence[Any]]] = ()
    type_count: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A confirmation page (`_done.html`): number, time, what follows, by when, who is told."""

    title: str
    number: str
    at: datetime
    follows: str
    until: str
    links: Sequence[Link]
    digest: str = ""  # of a frozen thing: the hash to compare with
    told: str = ""  # who learns of it, and how


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come (`_progress.html`); `poll` is asked again until it is over."""

    done: int
    total: int
    failed: int = 0
    poll: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing to show (`_empty.html`): why, and what to do next."""

    why: str
    act: Link | None = None
    more: Sequence[str] = field(default=())
