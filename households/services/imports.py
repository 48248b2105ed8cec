"""Import a register: all errors at once, good households in, bad ones out, none uncounted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from exitcase.core import access, clock, journal
from exitcase.core.choices import Act, Level
from exitcase.core.errors import Refused
from exitcase.core.journal import Actor
from exitcase.core.models import Region, User
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from exitcase.core.services.parents import lock_parents
from households.checks import ask_all
from households.models import Household, Member
from households.register import drafts as made
from households.register import layout, reader, upload, writer
from households.register.drafts import Drafts
from households.register.reader import Book, Fault
from households.services import apply
from households.services.places import finder
from households.services.plan import Plan, VillagePlan, chunks, compare, compare_villages, on_record
from households.services.programme import rules_of


@dataclass(frozen=True, slots=True)
class Tally:
    """read = created + updated + unchanged + rejected, or nothing was written."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def balanced(self) -> bool:
        parts = self.created + self.updated + self.unchanged + self.rejected
        return self.read == parts


@dataclass(slots=True)
class ImportResult:
    """What became of a file. `faults` kept their household out; `warnings` did not."""

    sha256: str
    households: Tally = field(default_factory=Tally)
    persons: Tally = field(default_factory=Tally)
    villages: Tally = field(default_factory=Tally)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    dry_run: bool = False

    @property
    def clean(self) -> bool:
        return not self.faults

    def counts(self) -> dict[str, dict[str, int]]:
        """Figures alone, for a job's row: nothing of anybody."""
        tallies = {
            "households": self.households, "persons": self.persons, "villages": self.villages
        }  # fmt: skip
        return {
            name: {
                "read": one.read,
                "created": one.created,
                "updated": one.updated,
                "unchanged": one.unchanged,
                "rejected": one.rejected,
            }
            for name, one in tallies.items()
        }

    def report(self, data: bytes) -> bytes:
        """The workbook again, marked: what was wrong, and what is doubtful."""
        return writer.marked(data, [*self.faults, *self.warnings], self.titles)


@dataclass(slots=True)
class _Work:
    """One import under way."""

    book: Book
    drafts: Drafts
    source: str  # the file's name: the basis of a first status
    year: int
    plans: list[Plan] = field(default_factory=list)
    villages: list[VillagePlan] = field(default_factory=list)

    def good(self) -> list[Plan]:
        return [plan for plan in self.plans if not plan.draft.out]


def import_register(
    source: Path | bytes,
    *,
    year: int,
    by: User | None = None,
    programme: str = "",
    name: str = "",
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> ImportResult:
    """Read a workbook into the register of `year`.

    A household with one bad row stays out whole, the others go in; with `all_or_nothing` none
    goes in unless all can. `by` None is a command of the house; a person needs the right in every
    village of the file. Income is summed by the year's plan, or by `programme`. Importing the
    same file again changes nothing. Raises `Refused` for a file that is no register.
    """
    data, title = _bytes(source, name)
    book = reader.read(data)
    day = clock.today()
    work = _Work(book, made.drafts(book, finder(book, day), year, day), title, year)
    result = ImportResult(sha256(data).hexdigest(), dry_run=dry_run, titles=book.titles)
    rules = rules_of(year, programme)
    if dry_run or book.unfit:
        codes = _codes(work.drafts)
        if by and codes:  # a trial run tells what is on record too
            access.require(by, Act.IMPORT, Level.VILLAGE, codes)
        with transaction.atomic():
            _plan(work, rules)
            return _told(work, result)
    return _import(work, result, rules, by, all_or_nothing=all_or_nothing)


def _bytes(source: Path | bytes, name: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, name or _("上传的文件")
    try:
        if source.stat().st_size > upload.MAX_BYTES:
            raise Refused(
                _("文件太大"), place=_("文件"), rule=_("不超过 %s MB") % (upload.MAX_BYTES // 2**20)
            )
        return source.read_bytes(), name or source.name
    except OSError as error:
        raise Refused(_("文件打不开"), place=str(source), value=error.strerror or "") from error


def _import(
    work: _Work, result: ImportResult, rules: Rules | None, by: User | None, *, all_or_nothing: bool
) -> ImportResult:
    today = clock.today()
    reason = f"{work.year} {result.sha256[:16]}"
    codes = _codes(work.drafts)
    if not codes:  # nothing of it has a place: there is nothing to write
        return _told(work, result)
    way = (
        door(by, Act.IMPORT, Level.VILLAGE, codes, done_on=today, reason=reason)
        if by
        else journal.act(Actor.system(), today, reason)
    )
    with way:
        _lock(codes)
        _plan(work, rules)
        told = _told(work, result)
        if all_or_nothing and told.faults:
            return _all_rejected(told)
        apply.write(work.good(), work.villages, work.source, _others_marked(work.good()))
        _assert_written(work, told)
        if rules:
            told.warnings += _doubts(work, rules)
        return told


def _codes(drafts: Drafts) -> list[str]:
    found = {one.village for one in drafts.households} | {one.code for one in drafts.villages}
    return sorted(found - {""})


def _lock(codes: Sequence[str]) -> None:
    """One import at a time in a village: two might both find a household new."""
    lock_parents(village__in=codes)
    list(Region.objects.select_for_update().filter(pk__in=codes).order_by("pk").values("pk"))


def _plan(work: _Work, rules: Rules | None) -> None:
    """Compare with the record; a file that may not go in at all is only read."""
    if work.book.unfit:
        for draft in work.drafts.households:
            draft.unreadable = True
        for village in work.drafts.villages:
            village.bad = True
    known = on_record(work.drafts.households, work.year)
    good = [draft for draft in work.drafts.households if not draft.out]
    work.plans = [compare(draft, known, work.year, rules) for draft in good]
    work.villages = compare_villages(work.drafts.villages, work.year)
    _mark_twins(work.good())


def _mark_twins(plans: list[Plan]) -> None:
    """Two present holders of one number, in the file or on record: both are an anomaly."""
    holders = Counter(pair.row.id_index for plan in plans for pair in plan.members)
    others = _others(plans, list(holders))
    for plan in plans:
        for pair in plan.members:
            twin = holders[pair.row.id_index] > 1 or pair.row.id_index in others
            if pair.row.duplicate != twin:
                pair.row.duplicate = twin
                pair.changed.add("duplicate")
            if twin and pair.row.id_index in others:
                message = _("证件号码与户 %s 的成员相同,记为身份证重复")
                number = others[pair.row.id_index]
                plan.draft.warnings.append(
                    pair.draft.row.fault(
                        pair.draft.row.sheet.column("id_number"),
                        message % number,
                        code="duplicate_number",
                    )
                )


def _others(plans: list[Plan], indexes: list[str]) -> dict[str, str]:
    """Index → household number, of present members outside the file."""
    inside = {plan.row.pk for plan in plans}
    found: dict[str, str] = {}
    for keys in chunks(indexes):
        rows = Member.objects.filter(id_index__in=keys, left_on=None)
        held = rows.values_list("id_index", "household", "household__number")
        found |= {index: number for index, pk, number in held if pk not in inside}
    return found


def _others_marked(plans: list[Plan]) -> list[str]:
    """The numbers whose holders outside the file become an anomaly too."""
    twins = [pair.row.id_index for plan in plans for pair in plan.members if pair.row.duplicate]
    return list(_others(plans, twins))


def _told(work: _Work, result: ImportResult) -> ImportResult:
    """Count and collect; the sums must hold before anything is written."""
    households = work.drafts.households
    good = work.good()
    result.households = _tally(len(households), ((plan.new, plan.touched) for plan in good))
    pairs = [(pair.new, bool(pair.changed)) for plan in good for pair in plan.members]
    result.persons = _tally(sum(one.persons for one in households), pairs)
    villages = [(plan.new, bool(plan.changed)) for plan in work.villages]
    result.villages = _tally(len(work.drafts.villages), villages)
    result.faults = [*work.book.faults, *work.drafts.faults]
    result.faults += [fault for one in households for fault in one.faults]
    result.warnings = [*work.book.warnings, *(f for one in households for f in one.warnings)]
    result.notes = [*work.book.notes]
    for tally in (result.households, result.persons, result.villages):
        if not tally.balanced:
            raise RuntimeError(f"the import lost count: {tally}")
    return result


def _tally(read: int, kept: Iterable[tuple[bool, bool]]) -> Tally:
    """`kept`: of each one that goes in, whether it is new and whether it changes."""
    kinds = Counter("created" if new else "updated" if changed else "unchanged"
                    for new, changed in kept)  # fmt: skip
    return Tally(
        read=read,
        created=kinds["created"],
        updated=kinds["updated"],
        unchanged=kinds["unchanged"],
        rejected=read - kinds.total(),
    )


def _doubts(work: _Work, rules: Rules) -> list[Fault]:
    """The soft checks of the register, each at the first row of its household."""
    good = {plan.row.pk: plan.draft.rows[0] for plan in work.good()}
    column = layout.PEOPLE.column("number")
    rows = Household.objects.filter(village__in=_codes(work.drafts))
    return [
        good[doubt.household].fault(column, doubt.message, code=doubt.key)
        for doubt in ask_all(rows, work.year, rules)
        if doubt.household in good
    ]


def _all_rejected(result: ImportResult) -> ImportResult:
    result.notes.append(_("按要求全部不导入:表中有错误"))
    result.households = _only_rejected(result.households)
    result.persons = _only_rejected(result.persons)
    result.villages = _only_rejected(result.villages)
    return result


def _only_rejected(tally: Tally) -> Tally:
    return replace(tally, created=0, updated=0, unchanged=0, rejected=tally.read)


def _assert_written(work: _Work, told: ImportResult) -> None:
    """Count again what the database holds of the file, or undo it all."""
    by_district: dict[str, list[str]] = defaultdict(list)
    for plan in work.good():
        by_district[plan.draft.village[:6]].append(plan.draft.key)
    households = persons = 0
    for district, numbers in by_district.items():
        for keys in chunks(numbers):
            rows = Household.objects.filter(district=district, number__in=keys)
            households += rows.count()
            persons += Member.objects.filter(household__in=rows, left_on=None).count()
    want = (
        told.households.read - told.households.rejected,
        told.persons.read - told.persons.rejected,
    )
    if (households, persons) != want:
        raise RuntimeError(f"read {want}, on record {(households, persons)}: nothing is imported")
