"""抽样: a seed from another person than the frame's, the sample, replacements, the result.

The same draw serves any stage that checks a share of its cases: the city's sample, a district's
inspection below one hundred percent.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, journal, tickets
from exitcase.core.choices import LIVE, Act, Finding
from exitcase.core.errors import Refused
from exitcase.core.models import Programme, StoredFile, User
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from verification.models import Case, Draw, DrawItem, Inspection
from verification.services.district import (
    acts_itself,
    need_scan,
    refuse_before,
    refuse_blank,
)
from verification.services.entry import Entry, entry, names, refuse_long
from verification.services.frames import (
    KINDS,
    came_to,
    frame_of,
    freeze,
    freeze_frame,
    rule_of,
)
from verification.services.locks import lock_cases

__all__ = [
    "close_result",
    "confirm_external",
    "confirm_result",
    "freeze_frame",
    "register_external",
    "replace",
    "seed_and_draw",
]

CHUNK = 500  # rows of one UPDATE


def seed_and_draw(
    draw: Draw, *, seed: str, source: str, by: User, done_on: date, reason: str = ""
) -> Draw:
    """Draw the sample by a seed made in public after the frame was published.

    `seed` is the text as it was thrown and written down, `source` how and before whom. Raises
    NotAllowed for who froze the frame; Refused for a seed with fewer digits than the plan asks,
    a day before the plan's hours are over, and for a second seed.
    """
    rules, stage, seed = draw.programme.rules, draw.programme.rules.stage(draw.stage), seed.strip()
    refuse_blank(source=(source, _("种子来源")))
    _refuse_short(seed, rules)
    with door(
        by, Act.DRAW, stage.level, [draw.region_id], rules=rules, done_on=done_on, reason=reason
    ):
        lock_cases(_cases(draw))
        draw = _undrawn(draw)
        if draw.external:
            raise Refused(_("外部抽取的名单只能确认,不能在本系统抽取"), value=draw.seed_source)
        access.two_people(draw.frozen_by_id, by.pk)
        _refuse_early(draw, rules, done_on)
        draw.seed, draw.seed_source, draw.drawn_on, draw.drawn_by = seed, source, done_on, by
        refuse_long([draw])
        _draw(draw, tickets.Band.of(rule_of(rules, draw.stage)))
        told = _("种子 %(seed)s;%(source)s") % {"seed": seed, "source": source}
        journal.record(Act.DRAW, draw, "frozen", "drawn", stage=draw.stage, reason=told)
        _write_drawn(draw)
        return draw


def _draw(draw: Draw, band: tickets.Band) -> None:
    items = {item.case.number: item for item in _items(draw)}
    strata = tickets.draw(_entries(items.values()), draw.seed, band)
    for stratum in strata:
        for at, key in enumerate(stratum.order):
            item = items[key]
            item.ticket, item.rank = tickets.ticket(draw.seed, key), at + 1
            item.drawn = at < stratum.count
    DrawItem.objects.bulk_update(items.values(), ["ticket", "rank", "drawn"], batch_size=CHUNK)
    draw.sizes = {one.name: came_to(one, draw.sizes[one.name], items) for one in strata}
    draw.save()


def register_external(
    stage: str,
    *,
    programme: Programme,
    region: str,
    drawn: Sequence[str],
    source: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> Draw:
    """Take a draw made elsewhere: the numbers of the drawn cases, with its list as a scan.

    It cannot be repeated here, and every paper says so. It counts when another officer has
    confirmed it (`confirm_external`). Raises Refused for a case outside the frame.
    """
    refuse_blank(source=(source, _("抽取机关和来函文号")))
    scan = need_scan(file, _("抽样名单"))
    rule = rule_of(programme.rules, stage)
    cases = frame_of(programme, stage, region, rule)
    at = entry(cases, stage, Act.DRAW, KINDS, by=by, done_on=done_on, reason=reason)
    with at as here:
        _refuse_outside(here, drawn)
        draw = Draw(region_id=region, external=True, algorithm="", frozen_on=done_on, frozen_by=by)
        draw.seed_source, draw.file = source, scan
        draw = freeze(draw, here, rule)
        _items(draw).filter(case__number__in=drawn).update(drawn=True)
        return draw


def confirm_external(draw: Draw, *, by: User, done_on: date, reason: str = "") -> Draw:
    """Confirm what another officer entered of a draw made elsewhere: now it counts."""
    rules, stage = draw.programme.rules, draw.programme.rules.stage(draw.stage)
    with door(
        by, Act.DRAW, stage.level, [draw.region_id], rules=rules, done_on=done_on, reason=reason
    ):
        lock_cases(_cases(draw))
        draw = _undrawn(draw)
        if not draw.external:
            raise Refused(_("这不是外部抽取"), value=draw.frame_sha256[:16])
        access.two_people(draw.frozen_by_id, by.pk)
        refuse_before(done_on, draw.frozen_on, _("不早于登记日期"))
        draw.drawn_on, draw.drawn_by = done_on, by
        draw.save(update_fields=["drawn_on", "drawn_by"])
        journal.record(Act.DRAW, draw, "frozen", "external", stage=draw.stage)
        _write_drawn(draw)
        return draw


# ── replacements and the result ───────────────────────────────────────────────────────────────


def replace(item: DrawItem, *, reason: str, by: User, done_on: date) -> DrawItem:
    """Take the next ticket of the stratum for a drawn case that cannot be checked.

    The case replaced stays in the frame as not drawn, with the reason. Raises Refused for a case
    visited already, a stratum with nobody left, a draw made elsewhere, and once the result is
    entered: who would be drawn then, nobody visits any more.
    """
    refuse_blank(reason=(reason, _("更换原因")))
    draw = item.draw
    rules, stage = draw.programme.rules, draw.programme.rules.stage(draw.stage)
    with door(
        by, Act.DRAW, stage.level, [draw.region_id], rules=rules, done_on=done_on, reason=reason
    ):
        lock_cases(_cases(draw))
        item = _replaceable(item)
        fresh = _next_of(item)
        item.drawn, item.reason = False, reason
        fresh.drawn, fresh.replaces = True, item
        refuse_long([item])
        DrawItem.objects.bulk_update([item, fresh], ["drawn", "reason", "replaces"])
        for one, became in ((item, "replaced"), (fresh, "drawn")):
            journal.record(Act.DRAW, one.case, "framed", became, stage=draw.stage, reason=reason)
        return fresh


def close_result(
    draw: Draw,
    *,
    number: str,
    done_on: date,
    file: StoredFile | None,
    by: User,
    reason: str = "",
) -> Draw:
    """Close a frame with the result's number, day and scan: its undrawn cases may now pass.

    Every drawn case must have been visited, or replaced. A checking organ that logs in closes
    it itself; what an officer enters for one that does not counts after `confirm_result`.
    """
    refuse_blank(number=(number, _("核查结果文号")))
    scan = need_scan(file, _("核查结果"))
    rules, stage = draw.programme.rules, draw.programme.rules.stage(draw.stage)
    with door(
        by, Act.INSPECT, stage.level, [draw.region_id], rules=rules, done_on=done_on, reason=reason
    ):
        lock_cases(_cases(draw))
        draw = _unclosed(draw, done_on)
        draw.result_number, draw.result_file = number, scan
        draw.result_on, draw.result_by = done_on, by
        organ = rules.organ(stage.actor)
        itself = not organ.outside or acts_itself(by, organ, draw.region_id)
        draw.result_closed_on = done_on if itself else None
        refuse_long([draw])
        draw.save()
        became = "closed" if itself else "entered"
        journal.record(Act.INSPECT, draw, "drawn", became, stage=draw.stage)
        return draw


def confirm_result(draw: Draw, *, by: User, done_on: date, reason: str = "") -> Draw:
    """Confirm the result another officer entered for an organ that never logs in: it counts."""
    rules, stage = draw.programme.rules, draw.programme.rules.stage(draw.stage)
    with door(
        by, Act.INSPECT, stage.level, [draw.region_id], rules=rules, done_on=done_on, reason=reason
    ):
        lock_cases(_cases(draw))
        draw = Draw.objects.get(pk=draw.pk)
        if draw.result_on is None or draw.result_closed_on is not None:
            raise Refused(_("没有待确认的核查结果"), value=draw.result_number)
        access.two_people(draw.result_by_id, by.pk)
        refuse_before(done_on, draw.result_on, _("不早于核查结果日期"))
        draw.result_closed_on, draw.result_confirmed_by = draw.result_on, by
        draw.save(update_fields=["result_closed_on", "result_confirmed_by"])
        journal.record(Act.INSPECT, draw, "entered", "closed", stage=draw.stage)
        return draw


def _replaceable(item: DrawItem) -> DrawItem:
    found = _items(item.draw).get(pk=item.pk)
    if not found.drawn or found.void_tx:
        raise Refused(_("该户没有抽中"), place=str(found.case))
    draw = Draw.objects.get(pk=found.draw_id)  # as it is under the lock
    if draw.result_on:
        raise Refused(_("核查结果已经登记"), place=str(found.case), value=draw.result_number)
    if draw.external:
        raise Refused(
            _("外部抽取的名单不能在本系统更换"),
            place=str(found.case),
            rule=_("由抽取机关另行来函"),
        )
    if _visits(draw).filter(case=found.case).exists():
        raise Refused(_("该户已经核查,不能更换"), place=str(found.case))
    return found


def _next_of(item: DrawItem) -> DrawItem:
    """The smallest ticket of the stratum that was never drawn and whose case is still open."""
    waiting = _items(item.draw).filter(
        stratum=item.stratum, drawn=False, reason="", void_tx="", case__state__in=LIVE
    )
    found = waiting.order_by("rank").first()
    if found is None:
        raise Refused(_("本层已没有可以替换的户"), place=str(item.case), value=item.stratum)
    return found


def _visits(draw: Draw) -> QuerySet[Inspection]:
    found: QuerySet[Inspection] = Inspection.valid(
        stage=draw.stage, finding__in=[Finding.MET, Finding.SHORT]
    )
    return found


def _unclosed(draw: Draw, done_on: date) -> Draw:
    found = Draw.objects.select_related("programme").get(pk=draw.pk)
    if found.result_on:
        raise Refused(_("核查结果已经登记"), value=found.result_number)
    if found.drawn_on is None:
        raise Refused(_("还没有抽取,不能公布核查结果"), rule=_("先抽取,外部抽取的先由第二人确认"))
    refuse_before(done_on, found.drawn_on, _("不早于抽取日期"))
    _refuse_unvisited(found, done_on)
    return found


def _refuse_unvisited(draw: Draw, done_on: date) -> None:
    """A drawn case that has ended since needs no visit any more."""
    drawn = DrawItem.valid(draw=draw, drawn=True, case__state__in=LIVE)
    seen = Exists(_visits(draw).filter(case=OuterRef("case"), done_on__lte=done_on))
    missing = Case.objects.filter(pk__in=drawn.filter(~seen).values("case"))
    count = missing.count()
    if count:
        raise Refused(
            _("还有 %d 户抽中而没有核查") % count,
            place=names(missing.order_by("pk")[:20]),
            rule=_("逐户核查,不能核查的按序号更换并写明原因"),
        )


def _refuse_outside(here: Entry, drawn: Sequence[str]) -> None:
    known = {case.number for case in here.cases}
    strange = [number for number in drawn if number not in known]
    if strange or not drawn:
        raise Refused(
            _("抽样名单与抽样框不符"),
            value="、".join(strange[:20]),
            rule=_("名单上至少一户,且都在抽样框内"),
        )


# ── what the draw asks of its moment ──────────────────────────────────────────────────────────


def _refuse_short(seed: str, rules: Rules) -> None:
    digits = sum(character.isdigit() for character in seed)
    if digits < rules.draw.digits:
        raise Refused(
            _("种子位数不够"),
            value=_("%d 位数字") % digits,
            rule=_("不少于 %d 位数字,当众掷出或取自事先公布的开奖号码") % rules.draw.digits,
            example="31415 92653 58979 32384",
        )


def first_day(draw: Draw) -> date:
    """The first day on which a frozen frame may be drawn: the plan's hours after, in whole days."""
    return draw.frozen_on + timedelta(days=-(-draw.programme.rules.draw.hours // 24))


def _refuse_early(draw: Draw, rules: Rules, done_on: date) -> None:
    first = first_day(draw)
    if done_on < first:
        raise Refused(
            _("抽样框公布时间不够,还不能抽取"),
            value=done_on.isoformat(),
            rule=_("抽样框公布满 %d 小时后掷种子") % rules.draw.hours,
            example=first.isoformat(),
        )


def _undrawn(draw: Draw) -> Draw:
    found = Draw.objects.select_related("programme").get(pk=draw.pk)
    if found.drawn_on:
        raise Refused(
            _("该抽样框已经抽取"),
            value=found.drawn_on.isoformat(),
            rule=_("一个抽样框只抽一次,不得重抽"),
        )
    return found


def _items(draw: Draw) -> QuerySet[DrawItem]:
    found: QuerySet[DrawItem] = DrawItem.objects.filter(draw=draw)
    return found.select_related("case").order_by("stratum", "case__number")


def _entries(items: Iterable[DrawItem]) -> list[tickets.Entry]:
    return [
        tickets.Entry(item.case.number, item.stratum, item.persons, item.must_include)
        for item in items
    ]


def _cases(draw: Draw) -> QuerySet[Case]:
    framed: QuerySet[Case] = Case.objects.filter(pk__in=_items(draw).order_by().values("case"))
    return framed


def _write_drawn(draw: Draw) -> None:
    drawn = DrawItem.valid(draw=draw, drawn=True)
    journal.record_set(
        Act.DRAW,
        drawn,
        stage=draw.stage,
        was="framed",
        became="drawn",
        subject="case",
        subject_id="case_id",
    )
