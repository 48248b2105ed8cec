"""What one table cannot know: references, order, figures that must agree. Yields (key, reason)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from exitcase.core.choices import (
    CATALOGUE,
    PLACE_LEVEL,
    End,
    Item,
    Level,
    PaperKind,
    Post,
    Purpose,
    StageKind,
)
from exitcase.core.rules import Rules
from exitcase.core.rules_papers import HUNG, printed
from exitcase.core.rules_stage import TABLES, Stage
from exitcase.core.rules_words import Frame, How, Judge, Of, Unit

Fault = tuple[str, str]

HEIGHT: Final = {level: height for height, level in enumerate(reversed(Level))}
LISTING: Final = (StageKind.MEETING, StageKind.APPLY)
WITHOUT_A_LIST: Final = (StageKind.COLLECT, StageKind.RECTIFY, StageKind.FILE, *LISTING)
AT_A_LEVEL: Final = (
    StageKind.NOTICE,
    StageKind.CHECK,
    StageKind.COMPARE,
    StageKind.DECIDE,
    StageKind.MARK,
)
NEEDED: Final[dict[StageKind, tuple[StageKind, ...]]] = {  # one of these must stand earlier
    StageKind.MARK: (StageKind.DECIDE,),
    StageKind.ANNOUNCE: (StageKind.DECIDE, StageKind.CHECK),
}
LETTERS: Final[dict[End, PaperKind]] = {  # the 告知书 of every end
    End.GRANTED: PaperKind.EXIT_LETTER,
    End.REFUSED: PaperKind.REFUSAL_LETTER,
    End.WITHDRAWN: PaperKind.WITHDRAWAL_LETTER,
    End.CEASED: PaperKind.CEASE_LETTER,
}


def faults(rules: Rules) -> Iterator[Fault]:
    for check in CHECKS:
        yield from check(rules)


def _places(rules: Rules) -> list[tuple[str, Stage]]:
    return [(f"stage[{i}] {stage.key}", stage) for i, stage in enumerate(rules.stages)]


def _twice(name: str, keys: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, key in enumerate(keys):
        if key in seen:
            yield f"{name}[{i}].key", f"{key} stands twice"
        seen.add(key)


def same_key_twice(rules: Rules) -> Iterator[Fault]:
    yield from _twice("organ", [row.key for row in rules.organs])
    yield from _twice("stage", [row.key for row in rules.stages])
    yield from _twice("window", [row.key for row in rules.windows])
    yield from _twice("indicator", [row.key for row in rules.indicators])
    yield from _twice("bar", [row.key for row in rules.bars])
    yield from _twice("paper", [row.key for row in rules.papers])
    yield from _twice("warn", [row.key for row in rules.warns])


def keys_of_the_catalogue(rules: Rules) -> Iterator[Fault]:
    """Sources of transitions are spelt out in code, so a new key is a release."""
    for where, stage in _places(rules):
        kind = CATALOGUE.get(stage.key)
        if kind is None:
            spare = ", ".join(key for key in CATALOGUE if CATALOGUE[key] == stage.kind)
            yield f"{where}.key", f"no such stage key; for the kind {stage.kind} there are: {spare}"
        elif kind != stage.kind:
            yield f"{where}.kind", f"{stage.key} is a {kind}, not a {stage.kind}"


def tables_of_the_kind(rules: Rules) -> Iterator[Fault]:
    every = sorted({name for both in TABLES.values() for names in both for name in names})
    for where, stage in _places(rules):
        needed, optional = TABLES[stage.kind]
        for name in every:
            given = bool(getattr(stage, name))
            if given and name not in needed + optional:
                yield f"{where}.{name}", f"the kind {stage.kind} has no such rule"
            if not given and name in needed:
                yield f"{where}.{name}", f"missing: the kind {stage.kind} needs it"


def findings_can_be_made(rules: Rules) -> Iterator[Fault]:
    unjudged = [row.key for row in rules.indicators if row.of == Of.CASE and not row.organs]
    for where, stage in _places(rules):
        if stage.kind == StageKind.DRAW_CHECK and bool(stage.sample) == bool(stage.lot):
            yield f"{where}.sample", "a draw has a sample or a lot, one of them"
        if stage.judges and stage.judges.by == Judge.RESPONSIBLE_ORGAN and unjudged:
            reason = f"responsible organs judge, but the indicator {unjudged[0]} names none"
            yield f"{where}.judges", reason
        if stage.kind == StageKind.RECTIFY and not rules.rectifications:
            yield where, "a rectify stage needs at least one [[rectification]]"


def _organs_of(stage: Stage) -> Iterator[tuple[str, str]]:
    """Every organ a stage names: (key in the file, organ)."""
    yield "actor", stage.actor
    if stage.act:
        yield from (("act.organ", stage.act.organ), ("act.proposer", stage.act.proposer))
    if stage.handover:
        yield "handover.to", stage.handover.to
    if stage.system:
        yield "system.organ", stage.system.organ
    if stage.lot:
        yield "lot.by", stage.lot.by
    if stage.archive:
        yield "archive.to", stage.archive.to
    for row in stage.delivery:
        yield from (("delivery.sender", row.sender), ("delivery.receiver", row.receiver))
    if stage.bureaux:
        yield from (("bureaux.organs", bureau) for bureau in stage.bureaux.organs)


def _organs_beside(rules: Rules) -> Iterator[tuple[str, str]]:
    for row in rules.indicators:
        yield from ((f"indicator {row.key}.organs", organ) for organ in row.organs)
    for fix in rules.rectifications:
        for organ in (fix.owner, fix.recheck, fix.report_to):
            yield f"rectification {fix.origin}", organ
    for again in rules.rechecks:
        yield f"recheck {again.trigger}", again.organ


def organs_named(rules: Rules) -> Iterator[Fault]:
    known = {organ.key for organ in rules.organs} | {""}
    for where, stage in _places(rules):
        for name, organ in _organs_of(stage):
            if organ not in known:
                yield f"{where}.{name}", f"unknown organ {organ}"
    for where, organ in _organs_beside(rules):
        if organ not in known:
            yield where, f"unknown organ {organ}"


def papers_named(rules: Rules) -> Iterator[Fault]:
    known = {paper.key for paper in rules.papers}
    for where, stage in _places(rules):
        filed = stage.archive.originals if stage.archive else ()
        named = {*stage.papers, *(row.paper for row in stage.delivery), *filed}
        for name in sorted(named - known):
            yield f"{where}.papers", f"unknown paper {name}"
    if rules.purpose == Purpose.EXIT:
        for end, letter in LETTERS.items():
            if letter not in known:
                yield f"paper {letter}", f"missing: the letter a household gets when {end}"


def other_names(rules: Rules) -> Iterator[Fault]:
    windows, order = {row.key for row in rules.windows} | {""}, {row.key for row in rules.stages}
    for where, stage in _places(rules):
        if stage.window not in windows:
            yield f"{where}.window", f"unknown window {stage.window}"
        if stage.step >= len(rules.steps):
            yield f"{where}.step", f"no step {stage.step}: the programme has {len(rules.steps)}"
    for row in rules.rectifications:
        if row.window not in windows:
            yield f"rectification {row.origin}.window", f"unknown window {row.window}"
        for name in sorted({row.raised_at, row.before} - {""} - order):
            yield f"rectification {row.origin}", f"unknown stage {name}"
    if rules.granted_at not in {stage.key for stage in rules.chain}:
        yield "ending.granted_at", f"unknown stage {rules.granted_at}"


def order_of_stages(rules: Rules) -> Iterator[Fault]:
    listed, done = rules.listing.how == How.ALL, set[StageKind]()
    for where, stage in _places(rules):
        if stage.kind not in WITHOUT_A_LIST and not listed and stage.of == Of.CASE:
            yield (
                where,
                f"{stage.kind} before any list exists (no meeting or application earlier)",
            )
        needed = NEEDED.get(stage.kind)
        if needed and not done & set(needed):
            yield where, f"{stage.kind} before any {' or '.join(needed)}"
        if stage.sample and stage.sample.frame == Frame.MARKED and StageKind.MARK not in done:
            yield f"{where}.sample.frame", "draws from the marked, but no mark stands earlier"
        listed = listed or stage.kind in LISTING
        done.add(stage.kind)


def a_list_climbs_by_submission(rules: Rules) -> Iterator[Fault]:
    level_of = {organ.key: organ.level for organ in rules.organs}
    reached = HEIGHT[rules.listing.level]
    for where, stage in _places(rules):
        if stage.handover and stage.handover.to in level_of:
            reached = max(reached, HEIGHT[level_of[stage.handover.to]])
        if stage.kind in AT_A_LEVEL and stage.of == Of.CASE and HEIGHT[stage.level] > reached:
            yield where, f"{stage.kind} at the {stage.level} before a submission to it"


def places_fit_the_level(rules: Rules) -> Iterator[Fault]:
    for where, stage in _places(rules):
        for kind in stage.places.kinds if stage.places else ():
            if HEIGHT[PLACE_LEVEL[kind]] > HEIGHT[stage.level]:
                yield f"{where}.places", f"{kind} is above the {stage.level}"


def figures_agree(rules: Rules) -> Iterator[Fault]:
    for window in rules.windows:
        if window.first and window.first > window.last:
            yield f"window {window.key}", "ends before it begins"
    for where, stage in _places(rules):
        band = stage.sample
        if band and band.rate_min.num * band.rate_max.den > band.rate_max.num * band.rate_min.den:
            yield f"{where}.sample", "rate_min is above rate_max"
        if band and band.draws != Unit.HOUSEHOLDS:
            yield f"{where}.sample.draws", "only households can be drawn"
    yield from _income_agrees(rules)
    slots = {slot for stage in rules.stages if stage.signers for slot in stage.signers.slots}
    if Post.HOUSEHOLD in slots and not rules.household_signers:
        yield "household_signer", "missing: the household signs a stage"


def _income_agrees(rules: Rules) -> Iterator[Fault]:
    if rules.income is None:
        return
    period, items = rules.income.period, rules.income.items
    if period and period.first > period.last:
        yield "income.period", "ends before it begins"
    if items and set(items.counted) & set(items.left_out):
        yield "income.items", "an item is both counted and left out"
    if items and Item.BUSINESS_COST in items.counted + items.left_out:
        yield "income.items", "business_cost is always deducted, no plan names it"


def each_fact_one_class(rules: Rules) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for row in rules.corrections:
        for fact in row.facts:
            if fact in seen:
                yield f"correction {row.kind}", f"{fact} is already {seen[fact]}"
            seen[fact] = row.kind


def every_end_has_an_outcome(rules: Rules) -> Iterator[Fault]:
    told = {(row.end, row.before) for row in rules.outcomes}
    if len(told) != len(rules.outcomes):
        yield "outcome", "an end stands twice for one status"
    for status in rules.listing.status:
        for end in End:
            if (end, status) not in told:
                yield "outcome", f"missing: {end} from {status}"


CHECKS: Final[tuple[Callable[[Rules], Iterator[Fault]], ...]] = (
    same_key_twice,
    keys_of_the_catalogue,
    tables_of_the_kind,
    findings_can_be_made,
    organs_named,
    papers_named,
    other_names,
    order_of_stages,
    a_list_climbs_by_submission,
    places_fit_the_level,
    figures_agree,
    each_fact_one_class,
    every_end_has_an_outcome,
)


def untitled_papers(rules: Rules) -> Iterator[Fault]:
    """What a plan prints and gives no title; asked of a plan being loaded, not of pinned ones."""
    for where, kind in printed(rules):
        if not rules.has_paper(kind):
            yield where, f"prints the paper {kind}, which no [[paper]] gives a title"


def forms_of_no_effect(rules: Rules) -> Iterator[Fault]:
    """A form for a paper that is never hung; asked of a plan being loaded, as above."""
    for paper in rules.papers:
        if paper.form and paper.key not in HUNG:
            able = ", ".join(HUNG)
            yield f"paper {paper.key}.form", f"no {paper.form}: only {able} are hung"


def doubts(rules: Rules) -> Iterator[Fault]:
    """Not wrong, but worth saying: the plan's own calendar does not hold its own term."""
    windows = {window.key: window for window in rules.windows}
    for where, stage in _places(rules):
        window = windows.get(stage.window)
        if stage.term is None or window is None or window.first is None:
            continue
        needed = stage.term.days + (0 if rules.clock.counts_first_day else 1)
        has = (window.last - window.first).days + 1
        if needed > has or (needed == has and not rules.clock.counts_first_day):
            reason = f"the window {window.key} has {has} days, the notice alone takes {needed}"
            yield where, reason
