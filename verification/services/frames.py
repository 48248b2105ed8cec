"""The frame of a draw: who may be drawn, in which stratum; its hash comes before any seed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Case as When_
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from exitcase.core import journal, tickets
from exitcase.core.choices import Act, Klass, StageKind
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.models import Programme, User
from exitcase.core.rules import Rules, Sample
from exitcase.core.rules_stage import Coverage
from exitcase.core.rules_words import WHOLE, Frame, Unit
from verification.gates.base import CLASSES
from verification.models import Batch, Case, Draw, DrawItem, SystemMark
from verification.services.entry import Entry, entry, names, stage_of

KINDS = (StageKind.DRAW_CHECK, StageKind.CHECK)
ONE: Final = "all"  # the stratum of a plan without strata


def freeze_frame(
    stage: str, *, programme: Programme, region: str, by: User, done_on: date, reason: str = ""
) -> Draw:
    """Freeze who may be drawn in a region, and the hash that is published before any seed.

    The frame: the cases that stand at the stage and are in no valid frame yet; where the plan
    says so, only those whose mark is confirmed. Raises Refused for an empty frame, and for a
    case whose stratum nobody has recorded.
    """
    rule = rule_of(programme.rules, stage)
    cases = frame_of(programme, stage, region, rule)
    at = entry(cases, stage, Act.FREEZE, KINDS, by=by, done_on=done_on, reason=reason)
    with at as here:
        draw = Draw(region_id=region, algorithm=tickets.ALGORITHM, frozen_on=done_on, frozen_by=by)
        return freeze(draw, here, rule)


def freeze(draw: Draw, here: Entry, rule: Sample | Coverage) -> Draw:
    """Write the frame of a new draw; the caller has entered and holds the lock."""
    rows = _in_strata(here.rows(), rule)
    frame = [tickets.Entry(*row) for row in rows.values_list("number", "of", "heads", "must")]
    _refuse_unknown_stratum(rows)
    draw.programme, draw.stage = here.programme, here.stage.key
    draw.number = _next_number(draw)
    draw.frame_sha256 = tickets.frame_sha256(frame)
    draw.sizes = _asked(frame, tickets.Band.of(rule))
    draw.save()
    _keep(draw, rows, here)
    journal.record(Act.FREEZE, draw, "", draw.frame_sha256, stage=draw.stage)
    journal.record_set(Act.FREEZE, here.rows(), stage=draw.stage, became="framed")
    return draw


def _keep(draw: Draw, rows: "QuerySet[Any]", here: Entry) -> None:
    journal.insert_select(
        DrawItem,
        rows.order_by("pk"),
        case=F("pk"),
        draw=Value(draw.pk),
        stage=Value(draw.stage),
        tx=Value(here.tx),
        void_tx=Value(""),
        stratum=F("of"),
        persons=F("heads"),
        must_include=F("must"),
        ticket=Value(""),
        drawn=Value(False),
        reason=Value(""),
    )


# ── the frame ─────────────────────────────────────────────────────────────────────────────────


def rule_of(rules: Rules, key: str) -> Sample | Coverage:
    """The table by which a stage draws; Refused where it visits everyone, or draws lots."""
    stage = stage_of(rules, key, KINDS)
    rule = stage.sample or stage.coverage
    if rule is None or (isinstance(rule, Coverage) and rule.rate == WHOLE):
        raise Refused(_("该环节不抽样"), value=stage.title, rule=_("方案规定逐户核查"))
    return rule


def frame_of(
    programme: Programme, stage: str, region: str, rule: Sample | Coverage
) -> QuerySet[Case]:
    """Who stands at the stage and may be drawn."""
    batches = Batch.objects.filter(inside(region), programme=programme, stage=stage)
    before = programme.rules.standing_before(stage)
    keys = list(batches.values_list("pk", flat=True))
    framed = DrawItem.valid(case=OuterRef("pk"), stage=stage)
    cases: QuerySet[Case] = Case.objects.filter(~Exists(framed), batch__in=keys, state=before)
    if isinstance(rule, Sample) and rule.frame == Frame.MARKED:
        marked = SystemMark.valid(case=OuterRef("pk"), confirmed=True, unmark_due=False)
        cases = cases.filter(Exists(marked))
    return cases


def _in_strata(cases: QuerySet[Case], rule: Sample | Coverage) -> "QuerySet[Any]":
    """The cases with stratum (`of`), persons (`heads`) and whether they must be taken."""
    whens = [When(_of(klass), then=Value(klass.value)) for klass in rule.strata]
    unknown = "" if rule.strata else ONE
    must = Q(pk__in=())
    for klass in rule.must_include:
        must |= _of(klass)
    return cases.annotate(
        of=When_(*whens, default=Value(unknown), output_field=CharField()),
        heads=Coalesce(F("persons"), 0),
        must=When_(When(must, then=Value(True)), default=Value(False)),
    )


def _of(klass: Klass) -> Q:
    return CLASSES[klass][0]


def _refuse_unknown_stratum(rows: "QuerySet[Any]") -> None:
    unknown = list(rows.filter(of="")[:20])
    if unknown:
        raise Refused(
            _("有户不知属于哪一层"), place=names(unknown), rule=_("先登记村信息:是否贫困村")
        )


def _next_number(draw: Draw) -> int:
    """The n-th frame of its region; the unique constraint settles a race."""
    of_stage = Draw.objects.filter(programme=draw.programme, stage=draw.stage)
    return of_stage.filter(region=draw.region_id).count() + 1


# ── the sizes, in words ───────────────────────────────────────────────────────────────────────

UNITS: Final[Mapping[Unit, str]] = {Unit.PERSONS: "人", Unit.HOUSEHOLDS: "户"}


def _asked(frame: Sequence[tickets.Entry], band: tickets.Band) -> dict[str, Any]:
    """Per stratum what there is and what the band asks: known and published before the seed."""
    sizes = tickets.sizes(frame, band)
    return {
        name: {
            "households": sum(row.stratum == name for row in frame),
            "persons": sum(row.persons for row in frame if row.stratum == name),
            "unit": UNITS[band.unit],
            "least": size.least,
            "most": size.most,
        }
        for name, size in sizes.items()
    }


def came_to(
    stratum: tickets.Stratum, asked: Mapping[str, Any], items: Mapping[str, DrawItem]
) -> dict[str, Any]:
    """The same with what was drawn, and why a stratum lies above its band."""
    heads = sum(items[key].persons for key in stratum.sample)
    drawn = {"drawn_households": stratum.count, "drawn_persons": heads, "note": ""}
    if stratum.over:
        unit = asked["unit"]
        drawn["note"] = (
            f"本层共{stratum.size.total}{unit},应抽{stratum.size.least}至{stratum.size.most}{unit};"
            f"整户抽取、每层至少一户,实抽{stratum.units}{unit},高于比例上限"
        )
    return {**asked, **drawn}
