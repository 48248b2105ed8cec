"""A draw done once more from what is stored: the frame's hash, every ticket, the sample."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from exitcase.core import tickets
from verification.models import Draw, DrawItem


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What repeating a draw came to: each is true where it is as it was written down."""

    frame_sha256: str
    frame: bool
    tickets: bool
    sample: bool
    households: int  # in the frame

    @property
    def whole(self) -> bool:
        return self.frame and self.tickets and self.sample


def redrawn(draw: Draw) -> Redrawn:
    """Repeat a draw of this system. Raises LookupError for one made elsewhere, or not yet made."""
    if draw.external or draw.drawn_on is None:
        raise LookupError(draw.pk)
    items = list(DrawItem.objects.filter(draw=draw).select_related("case"))
    frame = [tickets.Entry(i.case.number, i.stratum, i.persons, i.must_include) for i in items]
    found = tickets.frame_sha256(frame)
    stage = draw.programme.rules.stage(draw.stage)
    strata = tickets.draw(frame, draw.seed, tickets.Band.of(stage.sample or stage.need("coverage")))
    sample = {key for stratum in strata for key in stratum.sample}
    ranks = {key: at for one in strata for at, key in enumerate(one.order, 1)}
    return Redrawn(
        found,
        found == draw.frame_sha256,
        all(
            i.ticket == tickets.ticket(draw.seed, i.case.number) and i.rank == ranks[i.case.number]
            for i in items
        ),
        sample == set(_first(items)),
        len(items),
    )


def _first(items: Iterable[DrawItem]) -> list[str]:
    """Who was drawn before any replacement: who replaces another came later."""
    return [i.case.number for i in items if i.replaces_id is None and (i.drawn or i.reason)]


def program_sha256() -> str:
    """Of the file that draws, as it runs here: to compare with a published one."""
    return sha256(Path(tickets.__file__).read_bytes()).hexdigest()
