"""Records of a district, honest and made up, written straight into the tables.

    forge = Forge(world, seed=1)
    honest = forge.honest(2000)      # in every village: visits, photos, signatures, minutes
    planted = forge.plant()          # case key → the kind of question it should raise

A record is a case: listed, voted on, signed, visited at home by two, with a photo.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from exitcase.core import files
from exitcase.core.choices import FileKind
from exitcase.core.models import StoredFile
from households.models import Household
from tests.verification import drawn
from tests.verification.build import SEQUENCE, World, person
from tests.verification.facts import TX
from verification.models import (
    Assessment,
    Batch,
    Case,
    Inspection,
    Meeting,
    Question,
    Signature,
    Visitor,
    Vote,
)

Kind = Question.Kind
HELD, SIGNED, FIRST = date(2020, 10, 12), date(2020, 10, 15), date(2020, 11, 2)
HOMES = 15  # an honest pair visits so many on a day
COMMON = ("住房安全", "已通自来水", "收入稳定,不愁吃穿", "与村认定一致")  # short: all say it
PARTS = (
    ("男主人在外务工", "女主人在家种茶", "两位老人养鸡养羊", "夫妻承包鱼塘", "儿子在镇上开店"),
    ("去年新修了屋顶", "水管接到灶房", "堂屋堆着新收的稻谷", "门口晒着辣椒", "院坝浇了水泥"),
    ("孩子读小学", "孩子在县里读高中", "没有适龄儿童", "女儿考上了大学", "孙子上幼儿园"),
)


@dataclass
class Forge:
    """Builds records; honest rows whose content was stolen are `sources`."""

    world: World
    seed: int
    sources: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.at = dict.fromkeys(self.world.villages, 0)
        self.batches = {village: self._batch(village) for village in self.world.villages}
        self.meetings = {village: self._meeting(village) for village in self.world.villages}
        self.photos: list[tuple[int, bytes]] = []  # case, picture
        self.lines: list[tuple[int, bytes]] = []

    # ── honest ──

    def honest(self, size: int) -> list[Case]:
        """Some photograph what looks alike, some sign for two, a few share a text."""
        share = size // len(self.world.villages)
        return [
            case
            for village in self.world.villages
            for case in self.records(village, share, village)
        ]

    def records(self, village: str, size: int, pair: str) -> list[Case]:
        """Records of one village, visited by one pair, so many a day as a day allows."""
        cases = self._cases(village, size)
        self._votes(cases)
        for case in cases:
            day, hour = divmod(self.at[village], HOMES)
            self.at[village] += 1
            self.visit(
                case,
                FIRST + timedelta(days=day),
                pair,
                photo=self._shot(case),
                note=self._note(case),
                hour=time(9 + hour // 2, 30 * (hour % 2)),
            )
            self.sign(case, SIGNED, self._line(case))
        return cases

    def evenings(self, size: int) -> list[Case]:
        """Honest ones more: a pair that is done at home goes on to another village."""
        made = []
        for day, own, away in self._trips(size):
            (case,) = self._cases(away, 1)
            self.visit(case, day, own, hour=time(17, 30))
            made.append(case)
        return made

    def _shot(self, case: Case) -> bytes:
        of = case.pk % 20
        if of == 0:
            made = drawn.board(case.pk)
        elif of in {1, 2} and self.photos:  # the house next door, or this one from the other side
            made = drawn.photo(self.photos[-1][0], second=Random(case.pk))
        else:
            made = drawn.photo(case.pk)
        self.photos.append((case.pk, made))
        return made

    def _line(self, case: Case) -> bytes:
        """One head in twenty signs for a neighbour too, by hand: the same name, another writing."""
        name = case.pk - 1 if case.pk % 20 == 3 else case.pk
        made = drawn.signature(name, Random(case.pk))
        self.lines.append((case.pk, made))
        return made

    def _note(self, case: Case) -> str:
        if case.pk % 250 < 8:  # a form of words that a few households share
            return f"第{case.pk // 250}片各户饮水同出一井,水质检测报告编号相同"
        said = ",".join(Random(case.pk).choice(part) for part in PARTS)
        return f"{person(case.pk)}家{said},{case.pk % 97}平方米"

    # ── made up: 200 of them ──

    def plant(self) -> dict[int, Kind]:
        """Case key → the question it should raise."""
        makers = {
            Kind.SAME_PHOTO: (self._stolen_photos, 60),
            Kind.SAME_STROKES: (self._stolen_lines, 40),
            Kind.VILLAGES_A_DAY: (self._elsewhere, 30),
            Kind.HOMES_A_DAY: (self._in_a_hurry, 25),
            Kind.SAME_TEXT: (self._by_rote, 25),
            Kind.BEFORE_BASIS: (self._too_early, 20),
        }
        planted: dict[int, Kind] = {}
        for kind, (make, size) in makers.items():
            planted |= dict.fromkeys(make(size), kind)
        return planted

    def _stolen_photos(self, size: int) -> list[int]:
        """A third as they were, the rest altered; from all over the district."""
        made = []
        for case in self._cases(self._village(), size):
            source, data = self.rng.choice(self.photos[:1500])
            self.sources.add(source)
            shot = data if len(made) % 3 == 0 else drawn.copied(data, self.rng)
            self.visit(case, self._quiet_day(), f"photo{len(made)}", photo=shot)
            made.append(case.pk)
        return made

    def _stolen_lines(self, size: int) -> list[int]:
        made = []
        for case in self._cases(self._village(), size):
            source, data = self.rng.choice(self.lines[:1500])
            self.sources.add(source)
            line = data if len(made) % 3 == 0 else drawn.copied(data, self.rng)
            self.sign(case, SIGNED, line)
            made.append(case.pk)
        return made

    def _elsewhere(self, size: int) -> list[int]:
        """While the pair was at work in its own village."""
        made = []
        for day, own, away in self._trips(size):
            (case,) = self._cases(away, 1)
            hour = time(self.rng.randrange(9, 15), 15)  # across two visits of half an hour
            self.visit(case, day, own, hour=hour)
            there = Inspection.objects.filter(
                visitor_rows__name=_names(own)[0], done_on=day, case__village=own,
                began_at__lt=hour.replace(minute=44), ended_at__gt=hour,
            )  # fmt: skip
            self.sources.update(there.values_list("case", flat=True))
            made.append(case.pk)
        return made

    def _in_a_hurry(self, size: int) -> list[int]:
        cases = self._cases(self._village(), size)
        for case in cases:
            self.visit(case, self._quiet_day(), "hurry")
        return [case.pk for case in cases]

    def _by_rote(self, size: int) -> list[int]:
        """Two texts; punctuation changes nothing, and one is the findings', one the minutes'."""
        cases = self._cases(self._village(), size)
        half = size // 2
        text = "该户住房安全饮水达标收入稳定群众认可符合退出条件"
        for nth, case in enumerate(cases[:half]):
            said = text if nth % 2 else f"{text[:8]},{text[8:]}。"
            self.visit(case, self._quiet_day(), f"rote{nth}", note=said)
        self._votes(cases[half:], note="张三询问该户收入来源,经解释后无异议,全体通过")
        return [case.pk for case in cases]

    def _too_early(self, size: int) -> list[int]:
        """Signed before the meeting, or visited before it."""
        cases = self._cases(self._village(), size)
        self._votes(cases)
        for nth, case in enumerate(cases):
            before = HELD - timedelta(days=1 + nth % 3)
            if nth % 2:
                self.sign(case, before)
            else:
                self.visit(case, before, f"early{nth}")
        return [case.pk for case in cases]

    def _trips(self, size: int) -> Iterator[tuple[date, str, str]]:
        """A day, a pair, and a village not its own: each pair once a day at most."""
        villages = self.world.villages
        for nth in range(size):
            day, own = divmod(nth, len(villages))
            away = (own + self.rng.randrange(1, len(villages))) % len(villages)
            yield FIRST + timedelta(days=day), villages[own], villages[away]

    def _village(self) -> str:
        return self.rng.choice(self.world.villages)

    def _quiet_day(self) -> date:
        return FIRST - timedelta(days=4)

    # ── rows ──

    def visit(
        self,
        case: Case,
        day: date,
        pair: str,
        *,
        photo: bytes | None = None,
        note: str = "",
        hour: time | None = None,
    ) -> Inspection:
        """`hour`: a visit takes half of one."""
        made = Inspection.objects.create(
            case=case,
            stage="township_check",
            tx=TX,
            mode="home",
            done_on=day,
            finding="met",
            visitors=2,
            note=note,
            file=self.file(case, photo) if photo else None,
            began_at=hour,
            ended_at=hour and hour.replace(minute=hour.minute + 29),
            facts_sha256=case.facts_sha256,
        )
        Visitor.objects.bulk_create(
            Visitor(inspection=made, name=name, post="township_cadre") for name in _names(pair)
        )
        Assessment.objects.create(
            case=case, region_id=case.village_id, stage="township_check", indicator="housing",
            met=True, facts=COMMON[case.pk % 4], inspection=made, tx=TX,
        )  # fmt: skip
        return made

    def sign(self, case: Case, day: date, line: bytes | None = None) -> Signature:
        return Signature.objects.create(
            case=case,
            stage="sign_off",
            tx=TX,
            slot="household",
            paper="acceptance_form",
            signer=case.head_name,
            capacity="head",
            signed_on=day,
            mark="hand",
            scan=self.file(case, line) if line else None,
            facts_sha256=case.facts_sha256,
        )

    def file(self, case: Case, data: bytes) -> StoredFile:
        return files.put(
            data, name="照片.jpg", mime="image/jpeg", kind=FileKind.PHOTO,
            region=case.village_id, private=True, by="test",
        )  # fmt: skip

    def _cases(self, village: str, size: int) -> list[Case]:
        homes = [
            Household(
                village_id=village, number=f"{village}{next(SEQUENCE):06}", group="1",
                head_name=person(next(SEQUENCE)), persons=3, status="exiting", status_basis="test",
                kind="ordinary", main_cause="illness", first_identified_year=2014,
            )
            for _ in range(size)
        ]  # fmt: skip
        Household.objects.bulk_create(homes)
        cases = [
            Case(
                batch=self.batches[village], household=home, village_id=village,
                number=f"Z{home.number}", purpose="exit", head_name=home.head_name, group="1",
                persons=3, facts_sha256="0" * 64, status_before="registered",
            )
            for home in homes
        ]  # fmt: skip
        Case.objects.bulk_create(cases)
        return cases

    def _votes(self, cases: list[Case], note: str = "") -> None:
        Vote.objects.bulk_create(
            Vote(
                case=case, stage="appraisal", tx=TX, meeting=self.meetings[case.village_id],
                yes=10, note=note,
            )
            for case in cases
        )  # fmt: skip

    def _batch(self, village: str) -> Batch:
        return Batch.objects.create(
            village_id=village, programme=self.world.programme, stage="township_check"
        )

    def _meeting(self, village: str) -> Meeting:
        return Meeting.objects.create(
            village_id=village, programme=self.world.programme, stage="appraisal",
            number=f"M{village}", held_on=HELD, place="会议室", chair="甲", recorder="乙",
            expected=12, present=11, tx=TX,
        )  # fmt: skip


def _names(pair: str) -> tuple[str, str]:
    return f"{pair}甲", f"{pair}乙"
