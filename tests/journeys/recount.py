"""Recount 户 and 人 of a walk from its workbooks and its register; imports nothing of ours.

`python tests/journeys/recount.py DIR REGISTER.xlsx` prints a line for each pair of figures that
must agree and exits 1 when any pair does not. What stands in which cell: docs/reference/papers.md;
what the folders hold: docs/reference/walk.md.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

ENDS = {"退出": "granted", "不予退出": "refused", "撤回": "withdrawn", "终止": "ceased"}
PARTS = ("not_listed", *ENDS.values(), "still_open")
BEFORE_SENT = ("collection", "appraisal", "sign_off", "village_notice", "village_submission")
SENT_BEFORE = "以前已报"
Cells = tuple[Any, ...]


class Figure(NamedTuple):
    """户 and 人, always together."""

    households: int
    persons: int

    def __str__(self) -> str:
        return f"{self.households} 户 {self.persons} 人"


def total(figures: Iterable[Figure]) -> Figure:
    households, persons = zip((0, 0), *figures, strict=True)
    return Figure(sum(households), sum(persons))


def of(persons: dict[str, int], numbers: Iterable[str]) -> Figure:
    """The figure of these households, by their persons."""
    chosen = list(numbers)
    return Figure(len(chosen), sum(persons[number] for number in chosen))


class Line(NamedTuple):
    """What is compared, what one side says, what the other says."""

    what: str
    here: Any
    there: Any

    @property
    def agrees(self) -> bool:
        return bool(self.here == self.there)


def sheets(path: Path) -> dict[str, list[Cells]]:
    """Name of each worksheet → its rows."""
    book = load_workbook(path, read_only=True)
    with closing(book):
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def body(rows: list[Cells], head: str, foot: str) -> tuple[Cells, list[Cells], Cells]:
    """The row of titles, the rows below it, and the row of sums that closes them."""
    first = next(at for at, row in enumerate(rows) if text(row[0]) == head)
    last = next(at for at, row in enumerate(rows) if at > first and text(row[0]) == foot)
    return rows[first], rows[first + 1 : last], rows[last]


class Judged(NamedTuple):
    """附件1 of one case."""

    number: str
    persons: int
    end: str
    conclusion: str


class Listed(NamedTuple):
    """附件3: household → persons, and its own sum."""

    persons: dict[str, int]
    total: Figure

    @property
    def counted(self) -> Figure:
        return of(self.persons, self.persons)


@dataclass(frozen=True)
class Bridge:
    """衔接表: titles of its columns, unit → a figure for each column, and its own sums."""

    titles: list[str]
    rows: dict[str, list[Figure]]
    totals: list[Figure]

    @property
    def uneven(self) -> list[str]:
        """The rows that do not lead to their result."""
        every = {**self.rows, "合计": self.totals}
        return [name for name, row in every.items() if row[0] != total(row[1:])]

    @property
    def summed(self) -> list[Figure]:
        return [total(row[at] for row in self.rows.values()) for at in range(len(self.titles))]

    def column(self, title: str) -> Figure:
        return self.totals[self.titles.index(title)] if title in self.titles else Figure(0, 0)


@dataclass(frozen=True)
class Sent:
    """附件2 with the 附件3 it counts."""

    path: Path
    place: str
    turn: int  # 送审序号
    submitted: Figure
    official: Listed | None
    public: Figure | None
    bridge: Bridge | None
    failed: Figure
    failed_total: Figure


def figures(cells: Cells, first: int) -> Figure:
    return Figure(int(cells[first] or 0), int(cells[first + 1] or 0))


def read_judged(path: Path) -> Judged:
    rows = sheets(path)["验收表"]
    value = {text(row[0]): row[1] for row in rows if len(row) > 1}
    return Judged(
        text(value["户编号"]),
        int(value["人口"] or 0),
        ENDS.get(text(value["结果"]), "still_open"),
        text(value["结论"]),
    )


def read_official(path: Path) -> Listed:
    head, rows, foot = body(sheets(path)["名单"], "序号", "合计")
    number, persons = head.index("户编号"), head.index("人口")
    found = {text(row[number]): int(row[persons]) for row in rows}
    if len(found) != len(rows):
        raise ValueError(f"{path}: 户编号有重复")
    return Listed(found, Figure(int(foot[number]), int(foot[persons])))


def read_public(path: Path) -> Figure:
    """What its rows come to, which its last row says too."""
    head, rows, foot = body(sheets(path)["名单"], "序号", "合计")
    persons, households = head.index("人口"), head.index("村民小组")
    found = Figure(len(rows), sum(int(row[persons]) for row in rows))
    if found != Figure(int(foot[households]), int(foot[persons])):
        raise ValueError(f"{path}: 各行 {found}, 合计不同")
    return found


def read_bridge(rows: list[Cells]) -> Bridge:
    head, lines, foot = body(rows, "序号", "合计")
    titles = [text(cell) for cell in head]
    at = [place for place, title in enumerate(titles) if title.endswith("（户）")]
    return Bridge(
        [titles[place].removesuffix("（户）") for place in at],
        {text(line[1]): [figures(line, place) for place in at] for line in lines},
        [figures(foot, place) for place in at],
    )


def read_sent(path: Path) -> Sent:
    book = sheets(path)
    form = book["送审表"]
    last = next(row for row in form if text(row[0]) == "送审数")
    turn = next(row for row in form if text(row[1]) == "送审序号")
    key = path.stem.partition("-")[2]
    official = path.with_name(f"附件3-{key}.xlsx")
    public = path.with_name(f"附件3公开-{key}.xlsx")
    head, fell, foot = body(book["未通过户"], "序号", "合计")
    number, persons = head.index("户编号"), head.index("人口")
    return Sent(
        path=path,
        place=path.parent.name,
        turn=int("".join(c for c in "".join(map(text, turn)) if c.isdigit())),
        submitted=figures(last, 2),
        official=read_official(official) if official.exists() else None,
        public=read_public(public) if public.exists() else None,
        bridge=read_bridge(book["衔接表"]) if "衔接表" in book else None,
        failed=Figure(len(fell), sum(int(row[persons] or 0) for row in fell)),
        failed_total=Figure(int(foot[number] or 0), int(foot[persons] or 0)),
    )


@dataclass(frozen=True)
class Recount:
    """One walk's folder and the register it began with."""

    folder: Path
    register: Path

    @cached_property
    def registered(self) -> dict[str, int]:
        """Household → persons: a row of the register each, and who came or went since (台账)."""
        head, *rows = sheets(self.register)["人口信息"]
        at = head.index("户编号")
        found = Counter(text(row[at]) for row in rows if row[at] is not None)
        for number in found.keys() & self.ledger.keys():
            found[number] += int(self.ledger[number]["人口变更"])
        return dict(found)

    @cached_property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text("utf-8"))
        return found

    @cached_property
    def ledger(self) -> dict[str, dict[str, Any]]:
        """Household → its row of 台账.xlsx, by title."""
        head, *rows = next(iter(sheets(self.folder / "台账.xlsx").values()))
        found = [dict(zip(head, row, strict=True)) for row in rows]
        return {text(row["户编号"]): row for row in found}

    @cached_property
    def judged(self) -> dict[str, Judged]:
        """Household → 附件1 of its latest case."""
        paths = sorted(self.folder.glob("*/*/附件1-*.xlsx"), key=_key)
        return {found.number: found for found in map(read_judged, paths)}

    @cached_property
    def sent(self) -> list[Sent]:
        return [read_sent(path) for path in sorted(self.folder.glob("*/附件2-*.xlsx"), key=_key)]

    @cached_property
    def village_sent(self) -> list[Sent]:
        return [one for one in self.sent if one.place[:3].isdigit()]

    @cached_property
    def township_sent(self) -> list[Sent]:
        above = [one for one in self.sent if not one.place[:3].isdigit()]
        return sorted(above, key=lambda one: one.turn)

    def lines(self) -> Iterator[Line]:
        yield from self._register()
        yield from self._ends()
        if self.judged:
            yield from self._forms()
        for one in self.sent:
            yield from _list_of(one)
        if self.township_sent:
            yield from self._between()
        yield from self._papers()

    def _said(self, key: str) -> Figure:
        part = self.summary["came_to"][key]
        return Figure(part["households"], part["persons"])

    def _register(self) -> Iterator[Line]:
        counted = of(self.registered, self.registered)
        said = self.summary["register"]
        said_figure = Figure(said["households"], said["persons"])
        yield Line("登记 = summary.json", counted, said_figure)
        yield Line("各部分之和 = 登记", total(map(self._said, PARTS)), counted)
        yield Line("台账各户 = 登记各户", sorted(self.ledger), sorted(self.registered))

    def _ends(self) -> Iterator[Line]:
        for part in PARTS:
            rows = [row for row in self.ledger.values() if row["结果代码"] == part]
            persons = Figure(len(rows), sum(int(row["人口"]) for row in rows))
            yield Line(f"台账 {part} = summary.json", persons, self._said(part))
            numbers = [text(row["户编号"]) for row in rows]
            yield Line(f"登记 {part} = summary.json", of(self.registered, numbers), persons)

    def _forms(self) -> Iterator[Line]:
        """附件1 of each listed household against 台账 and the summary."""
        persons = {number: one.persons for number, one in self.judged.items()}
        listed = [n for n, row in self.ledger.items() if row["结果代码"] != "not_listed"]
        yield Line("附件1各户 = 台账所列各户", sorted(self.judged), sorted(listed))
        for part in PARTS[1:]:
            these = [number for number, one in self.judged.items() if one.end == part]
            yield Line(f"附件1 {part} = summary.json", of(persons, these), self._said(part))
            there = [n for n, row in self.ledger.items() if row["结果代码"] == part]
            yield Line(f"附件1 {part}: 各户 = 台账", sorted(these), sorted(there))
        unmet = [
            one.number
            for one in self.judged.values()
            if one.end == "granted" and one.conclusion != "达到脱贫标准"
        ]
        yield Line("退出而结论不是达标的户", unmet, [])

    def _between(self) -> Iterator[Line]:
        """From the villages' lists to the township's, household by household."""
        below = _together(self.village_sent)
        above = _together(self.township_sent)
        yield Line("镇报而村未报的户", sorted(set(above) - set(below)), [])
        changed = [n for n in above if n in below and above[n] != below[n]]
        yield Line("村镇两级人口不同的户", changed, [])
        bridge = self.township_sent[-1].bridge
        if bridge is None:
            yield Line("镇无衔接表时村送审的户", sorted(below), [])
            return
        lost = [number for number in below if number not in above]
        kept_back = {number for number in lost if self._before_sent(number)}
        came = {number: persons for number, persons in below.items() if number not in kept_back}
        yield Line("镇衔接表首列 = 村附件2各案", bridge.totals[0], self._of_cases(came))
        yield from self._by_village(bridge, came)
        out = total(bridge.totals[1:-1])
        gone = Figure(
            out.households - bridge.column(SENT_BEFORE).households,
            out.persons - bridge.column(SENT_BEFORE).persons,
        )
        fell = [number for number in came if number not in above]
        yield Line("镇衔接表中间各列 = 村报镇未报", gone, of(came, fell))
        yield Line("村附件2 - 衔接 = 镇附件2", total([of(above, above), gone]), of(came, came))
        granted = [n for n, row in self.ledger.items() if row["结果代码"] == "granted"]
        yield Line("退出而镇未报的户", sorted(set(granted) - set(above)), [])

    def _by_village(self, bridge: Bridge, came: dict[str, int]) -> Iterator[Line]:
        for name, row in bridge.rows.items():
            here = [one for one in self.village_sent if one.place[3:] == name]
            listed = {n: came[n] for n in _together(here) if n in came}
            yield Line(f"镇衔接表 {name} = 村附件2", row[0], self._of_cases(listed))

    def _of_cases(self, persons: dict[str, int]) -> Figure:
        """Each household once for every case of it that went up; listed again it goes up again."""
        times = [(1 + self._sent_before(number), persons[number]) for number in persons]
        return Figure(sum(n for n, _ in times), sum(n * heads for n, heads in times))

    def _sent_before(self, number: str) -> int:
        ended = text(self.ledger[number]["以前环节代码"]).split()
        return sum(stage not in BEFORE_SENT for stage in ended)

    def _before_sent(self, number: str) -> bool:
        """Sent back after its list had gone up, and not on a list again."""
        return self.ledger[number]["环节代码"] in BEFORE_SENT

    def _papers(self) -> Iterator[Line]:
        said = self.summary["papers"]
        if not said:
            return
        found = {
            "acceptance_form": len(list(self.folder.glob("*/*/附件1-*.xlsx"))),
            "submission_form": len(self.sent),
            "exit_list": len(list(self.folder.glob("*/附件3*.xlsx"))),
        }
        for kind, count in found.items():
            yield Line(f"文书 {kind}", count, said.get(kind, 0))


def _key(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _together(lists: Iterable[Sent]) -> dict[str, int]:
    """Household → persons over several lists; a later list counts."""
    found: dict[str, int] = {}
    for one in lists:
        found.update(one.official.persons if one.official else {})
    return found


def _list_of(one: Sent) -> Iterator[Line]:
    """One 附件2 against its 附件3 and its own bridge."""
    name = f"{one.place}/{one.path.stem}"
    nobody = Figure(0, 0)
    listed = one.official or Listed({}, nobody)
    yield Line(f"{name} = 附件3各行", one.submitted, listed.counted)
    yield Line(f"{name} = 附件3合计", one.submitted, listed.total)
    yield Line(f"{name} = 附件3公开", one.submitted, one.public or nobody)
    yield Line(f"{name} 未通过户", one.failed, one.failed_total)
    if one.bridge:
        yield Line(f"{name} 衔接表不平的行", one.bridge.uneven, [])
        yield Line(f"{name} 衔接表合计", one.bridge.summed, one.bridge.totals)
        yield Line(f"{name} = 衔接表末列", one.submitted, one.bridge.totals[-1])


def main(arguments: list[str]) -> int:
    """Print the table; 0 when all agrees, 1 when anything differs, 2 for wrong arguments."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    lines = list(Recount(Path(arguments[0]), Path(arguments[1])).lines())
    for line in lines:
        mark, told = ("=", line.here) if line.agrees else ("≠", f"{line.here} / {line.there}")
        print(f"{mark} {line.what}: {len(told) if isinstance(told, list) else told}")
    wrong = sum(not line.agrees for line in lines)
    print(f"{len(lines)} 项, {wrong} 项不符")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
