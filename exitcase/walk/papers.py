"""The papers of a walk: built, issued and laid out in folders, by place and household."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from exitcase.core import files
from exitcase.core.models import Paper, Region
from exitcase.core.papers import store
from exitcase.core.papers.sheets import OfficialListSheet, PublicListSheet
from exitcase.core.papers.store import Draft
from exitcase.walk.story import Walk
from verification.models import Case
from verification.services import papers

AT_ONCE: Final = 40  # drafts built, issued and written together
NAMES: Final = {"acceptance_form": "附件1", "submission_form": "附件2", "exit_list": "附件3"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft and the folder it goes to, below the walk's own."""

    folder: str
    draft: Draft

    @property
    def stem(self) -> str:
        """附件2-1, 附件3公开-1, 附件3评议-1 (of a meeting), 收入统计表 …"""
        sheet, (about, key) = self.draft.sheet, self.draft.subject
        name = NAMES.get(sheet.kind, self.draft.title)
        of_meeting = isinstance(sheet, OfficialListSheet) and about == "meeting"
        which = "公开" if isinstance(sheet, PublicListSheet) else "评议" if of_meeting else ""
        return f"{name}{which}-{key}"


def print_all(walk: Walk) -> int:
    """Issue every paper of the walk and write it to its folder; gives how many."""
    waiting, count = iter(_placed(walk)), 0
    while some := list(islice(waiting, AT_ONCE)):
        issued = store.issue_many([one.draft for one in some])
        for one, paper in zip(some, issued, strict=True):
            _write(walk.out / one.folder, one.stem, paper)
        count += len(some)
    return count


def _placed(walk: Walk) -> Iterator[Placed]:
    named = {region.code: region for region in (walk.township, *walk.villages)}
    programme, codes = walk.programme, [village.code for village in walk.villages]
    cases = Case.objects.filter(batch__programme=programme, village__in=codes)
    for village in walk.villages:
        here = cases.filter(village=village)
        yield from _of_households(village, papers.of_cases(here))
    for draft in papers.of_region(programme, walk.township.code):
        region = named.get(draft.region)
        yield Placed(folder_of(region) if region else walk.township.name, draft)


def _of_households(village: Region, drafts: Iterable[papers.OfCase]) -> Iterator[Placed]:
    for one in drafts:
        yield Placed(f"{folder_of(village)}/{one.household}", one.draft)


def folder_of(region: Region) -> str:
    """Two villages may share a name, not a code."""
    return f"{region.code[9:]}{region.name}" if len(region.code) > 9 else region.name  # noqa: PLR2004


def _write(folder: Path, stem: str, paper: Paper) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    safe = stem.replace("/", "_")
    for suffix, file in (("pdf", paper.pdf), ("xlsx", paper.xlsx)):
        if file:
            (folder / f"{safe}.{suffix}").write_bytes(files.get(file))
