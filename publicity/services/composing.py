"""From what a caller knows of the cases to what a notice will say of the households."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from exitcase.core.choices import PLACE_LEVEL, Level, Place
from exitcase.core.errors import Refused
from exitcase.core.rules import Rules, Stage
from households.models import Household, VillageYear
from publicity.models import NoticeItem
from publicity.payload import Contact, NoticePayload, PublicItem, neutral_marks
from publicity.services.specs import ItemSpec, PlaceSpec

SOME = 20  # names told in one message


@dataclass(frozen=True, slots=True)
class Entry:
    """One household with what its register adds: its number and village."""

    spec: ItemSpec
    number: str
    village: str
    village_name: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.village, self.spec.group, self.spec.head_name


def entries(items: Sequence[ItemSpec], region: str, stage: str) -> list[Entry]:
    """The list in the caller's order, in two queries.

    Raises Refused for an empty list, a household of another region, one that stands on another
    notice of this stage.
    """
    if not items:
        raise Refused(_("名单上没有户"), rule=_("至少一户;没有拟退出户的村报零"))
    keys = [item.household_id for item in items]
    rows = Household.objects.filter(pk__in=keys).values_list(
        "pk", "number", "village_id", "village__name"
    )
    known = {pk: rest for pk, *rest in rows}
    found = [Entry(item, *known[item.household_id]) for item in items]
    strange = [one for one in found if not one.village.startswith(region)]
    if strange:
        raise Refused(_("名单上有其他地方的户"), place=_names(strange), value=region)
    refuse_hanging(found, stage)
    return found


def refuse_hanging(found: Sequence[Entry], stage: str) -> None:
    """One case hangs on one notice of a stage at a time."""
    keys = [one.spec.case_key for one in found]
    rows = NoticeItem.valid(stage=stage, struck_tx="", case_key__in=keys)
    twice = set(rows.values_list("case_key", flat=True))
    twice |= {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
    if twice:
        there = [one for one in found if one.spec.case_key in twice]
        raise Refused(
            _("名单上有已在公示中的户"),
            place=_names(there),
            rule=_("同一环节一户只公示一次;要改名单,先撤下原公示"),
        )


def _names(found: Sequence[Entry]) -> str:
    return "、".join(f"{one.number} {one.spec.head_name}" for one in found[:SOME])


def refuse_places(places: Sequence[PlaceSpec], stage: Stage, found: Sequence[Entry]) -> None:
    """Every kind of place the plan names; a village's kind in each village of the list."""
    kinds = stage.need("places").kinds
    villages = sorted({one.village for one in found})
    missing = {
        kind
        for kind in kinds
        for village in villages
        if not any(_serves(place, kind, village) for place in places)
    }
    if missing:
        raise Refused(
            _("张贴地点不全"),
            place=stage.title,
            value="、".join(place.place_name for place in places),
            rule=_("方案规定的地点每类都要有,村级地点须每村都有:%s") % "、".join(sorted(missing)),
        )
    if len(set(places)) < len(places):
        raise Refused(_("张贴地点重复"), place="、".join(one.place_name for one in places))


def _serves(place: PlaceSpec, kind: Place, village: str) -> bool:
    if place.place != kind or not place.required:
        return False
    exactly = PLACE_LEVEL[kind] == Level.VILLAGE
    return place.region_code == village if exactly else village.startswith(place.region_code)


def compose(
    found: Sequence[Entry],
    *,
    rules: Rules,
    stage: Stage,
    organ: str,
    title: str,
    places: Sequence[PlaceSpec],
    contacts: Sequence[Contact],
) -> NoticePayload:
    """What the notice will say; its checkpoint is added at release."""
    items = _public(found)
    days = stage.term.days if stage.term else None
    return NoticePayload(
        title=title,
        organ=organ,
        basis=rules.title,
        period=f"自张贴之日起不少于{days}天" if days else "自张贴之日起",
        items=items,
        households=len(items),
        persons=sum(item.persons for item in items),
        places=tuple(dict.fromkeys(one.place_name for one in places)),
        contacts=tuple(dict.fromkeys((*_offices(found, rules.year), *contacts, _hotline(rules)))),
    )


def _public(found: Sequence[Entry]) -> tuple[PublicItem, ...]:
    marks = neutral_marks([(one.place, one.number) for one in found])
    spans = len({one.village for one in found}) > 1
    return tuple(
        PublicItem(
            seq=seq,
            group=one.spec.group,
            head_name=one.spec.head_name,
            persons=one.spec.persons,
            mark=mark,
            village=one.village_name if spans else "",
        )
        for seq, (one, mark) in enumerate(zip(found, marks, strict=True), start=1)
    )


def _offices(found: Sequence[Entry], year: int) -> list[Contact]:
    """The village's own office, where the list is of one village."""
    names = {one.village: one.village_name for one in found}
    if len(names) > 1:
        return []
    rows = VillageYear.objects.filter(village__in=names, year=year).exclude(office_phone="")
    return [Contact(office=names[row.village_id], phone=row.office_phone) for row in rows]


def _hotline(rules: Rules) -> Contact:
    return Contact(office="监督电话", phone=rules.hotline.number)
