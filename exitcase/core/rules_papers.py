"""Which kind of paper is printed where: plans call one and the same paper by names of their own.

Kinds that stand for one another are a family. A stage prints the kind of it that the stage names;
one that names none prints the last, which the house names for every plan. Pure.
"""

from collections.abc import Iterator
from typing import Final

from exitcase.core.choices import Level, PaperKind, StageKind
from exitcase.core.rules import Rules
from exitcase.core.rules_stage import Stage
from exitcase.core.rules_words import Of, PaperForm

Family = tuple[PaperKind, ...]

SENT: Final[Family] = (
    PaperKind.VILLAGE_REPORT,
    PaperKind.TOWNSHIP_REPORT,
    PaperKind.SUBMISSION_FORM,
)
LISTS: Final[Family] = (
    PaperKind.LIST,
    PaperKind.FIRST_LIST,
    PaperKind.REVIEWED_LIST,
    PaperKind.EXIT_LIST,
)
OF_HOUSEHOLD: Final[Family] = (PaperKind.CLEAR_CARD, PaperKind.ACCEPTANCE_FORM)
DECISIONS: Final[Family] = (PaperKind.REVIEW_DECISION, PaperKind.REPLY, PaperKind.APPROVAL)

HUNG: Final[Family] = (  # what may be a 大红榜
    PaperKind.VILLAGE_NOTICE,
    PaperKind.TOWNSHIP_NOTICE,
    PaperKind.ANNOUNCEMENT,
)

# What is printed of a case wherever it stands; the letters of its end are checked on their own.
ALWAYS: Final[Family] = (
    PaperKind.INCOME_STATEMENT,
    PaperKind.CORRECTION_SHEET,
    PaperKind.APPEAL_REPLY,
)


def printed_as(family: Family, stage: Stage) -> PaperKind:
    """The kind of a family that a stage prints."""
    return next((kind for kind in family if kind in stage.papers), family[-1])


def form_of_household(rules: Rules) -> PaperKind:
    """The form that goes with a household through the plan: 附件1, or what the plan has for it."""
    named = {kind for stage in rules.chain for kind in stage.papers}
    return next((kind for kind in OF_HOUSEHOLD if kind in named), OF_HOUSEHOLD[-1])


def form_signed_at(rules: Rules, stage: Stage) -> PaperKind:
    """The form whose parts a stage has signed: its own, or the one that goes with a household."""
    beside = {PaperKind.MINUTES, PaperKind.MANDATE, PaperKind.SAMPLE_LIST}
    own = (kind for kind in stage.papers if kind not in beside)
    return next(own, form_of_household(rules))


def notice_kind(level: Level) -> PaperKind:
    """The 公示 of a village, or of a level above it."""
    return PaperKind.VILLAGE_NOTICE if level == Level.VILLAGE else PaperKind.TOWNSHIP_NOTICE


def is_poster(rules: Rules, kind: PaperKind) -> bool:
    """Whether the plan has this paper hung as a 大红榜."""
    return rules.has_paper(kind) and rules.paper(kind).form == PaperForm.RED_POSTER


def has_request(stage: Stage) -> bool:
    """Whether an organ puts cases up to another: who decides on a list it was sent needs none."""
    return stage.act is not None and bool(stage.act.proposer)


def printed(rules: Rules) -> Iterator[tuple[str, PaperKind]]:
    """(key in the file, kind) of every paper that is printed under a plan without being asked."""
    yield "programme", form_of_household(rules)
    yield from (("programme", kind) for kind in ALWAYS)
    for at, stage in enumerate(rules.stages):
        if stage.of == Of.CASE:
            where = f"stage[{at}] {stage.key}.papers"
            yield from ((where, kind) for kind in _at(stage))


def _at(stage: Stage) -> Iterator[PaperKind]:
    match stage.kind:
        case StageKind.MEETING:
            yield PaperKind.MINUTES
        case StageKind.CONSENT:
            yield PaperKind.MANDATE
        case StageKind.NOTICE:
            yield notice_kind(stage.level)
            yield printed_as(LISTS, stage)
        case StageKind.SUBMIT:
            yield printed_as(SENT, stage)
            yield printed_as(LISTS, stage)
        case StageKind.DECIDE:
            yield printed_as(DECISIONS, stage)
            if has_request(stage):
                yield PaperKind.REQUEST
        case StageKind.ANNOUNCE:
            yield PaperKind.ANNOUNCEMENT
