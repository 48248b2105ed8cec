"""What every paper of this app needs: names of places, the plan's labels, places for signatures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_noop as _

from exitcase.core.choices import Capacity, Level, PaperKind, Post, SignMark
from exitcase.core.models import Region
from exitcase.core.models.region import above
from exitcase.core.papers.sheets import Locality, Signer
from exitcase.core.rules import Rules, Stage
from exitcase.core.words import chinese
from verification.models import Signature

Places = Mapping[str, str]  # region code → name

# Words of the papers where they differ from those of the screen.
SHORT: Final[Mapping[Level, str]] = {Level.VILLAGE: _("村"), Level.TOWNSHIP: _("乡镇")}
KINDS_OF_COUNTY: Final = (_("区"), _("市"), _("旗"))


def places_of(villages: Iterable[str]) -> Places:
    """The names of these villages and of all they lie in: one query."""
    codes = {code for village in villages for code in (village, *above(village))}
    return dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))


def locality(places: Places, village: str, group: str = "") -> Locality:
    """The head line of a form, each name as the region's own."""
    return Locality(
        county=places.get(village[:6], ""),
        township=places.get(village[:9], ""),
        village=places.get(village, ""),
        group=group.removeprefix("第").removesuffix("组"),
    )


def label(rules: Rules, kind: PaperKind) -> str:
    """附件1 …: the plan's number of this kind of paper; "" where it has none."""
    return rules.paper(kind).number if rules.has_paper(kind) else ""


def title(rules: Rules, kind: PaperKind) -> str:
    """The plan's title of a paper; LookupError for a plan loaded before it had to name them all."""
    return rules.paper(kind).title


def level_word(level: Level, places: Places, village: str) -> str:
    """村, 乡镇, 区: how a form names who judges."""
    if level in SHORT:
        return SHORT[level]
    last = places.get(village[:6], "")[-1:]
    return last if last in KINDS_OF_COUNTY and level == Level.DISTRICT else chinese(level)[:1]


def slots(stage: Stage | None, signed: Sequence[Signature]) -> tuple[Signer, ...]:
    """The signature places of a stage, in the paper's order, filled where somebody has signed."""
    found: list[Signer] = []
    for slot in stage.signers.slots if stage and stage.signers else ():
        own = [one for one in signed if one.slot == slot and not one.refused]
        found += [signer(one) for one in own] or [Signer(role=chinese(Post(slot)))]
    return tuple(found)


def signer(one: Signature) -> Signer:
    """One signature as it is printed small beside its place."""
    notes = []
    if one.capacity == Capacity.AGENT:
        notes.append("受委托")
    if one.mark in {SignMark.FINGERPRINT, SignMark.SEAL}:
        notes.append(chinese(SignMark(one.mark)))
    return Signer(
        role=chinese(Post(one.slot)), name=one.signer, on=one.signed_on, note="、".join(notes)
    )
