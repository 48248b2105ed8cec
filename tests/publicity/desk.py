"""A village, its plan and two cadres; notices made by the services, on the demo clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from exitcase.core import clock
from exitcase.core.choices import Act, FileKind, Place, Role
from exitcase.core.models import Entry
from exitcase.core.services import house
from publicity import services
from publicity.choices import Channel, Moment, NoticeKind, ObjectionKind
from publicity.models import Notice, NoticeItem, Posting
from publicity.services import ItemSpec, ObjectionSpec, PlaceSpec
from tests.verification.build import DISTRICT, TOWNSHIP, World, households, stored_file

STAGE, TOWN_STAGE, LAST_STAGE = "village_notice", "township_notice", "announcement"
FRIDAY = date(2020, 10, 9)


@dataclass
class Desk:
    """Acts with the people of one world; `now` is where the demo clock was last put."""

    world: World

    @property
    def village(self) -> str:
        return self.world.villages[0]

    def at(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """Turn the clock to a moment and give it."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.PLACE)
        house.travel_to(moment)
        self.world.day = day
        return moment

    def items(self, size: int = 3, village: str = "", **more) -> list[ItemSpec]:
        return [spec(one) for one in households(village or self.village, size, **more)]

    def places(self) -> list[PlaceSpec]:
        return [
            PlaceSpec(Place.VILLAGE_BOARD, "村部门口", self.village),
            PlaceSpec(Place.GATHERING_PLACE, "老井坪", self.village),
        ]

    def draft(self, items: list[ItemSpec] | None = None, **more) -> Notice:
        values = {
            "stage": STAGE,
            "programme": self.world.programme,
            "region": self.village,
            "organ": "第1村村民委员会",
            "title": "2020年度贫困户脱贫村级公示",
            "kind": NoticeKind.NOTICE,
            "places": self.places(),
            "by": self.world.cadre(),
            "done_on": self.world.day,
            **more,
        }
        return services.draft_notice(items or self.items(), **values)

    def released(self, items: list[ItemSpec] | None = None, **more) -> Notice:
        notice = self.draft(items, **more)
        by = more.get("releaser", self.world.officer(1))
        return services.release_notice(notice, by=by, done_on=self.world.day)

    def hang(self, posting: Posting, moment: datetime, **more) -> Posting:
        """Hang it in the village, with a photo unless told otherwise."""
        values = {
            "photo": self.photo(),
            "by": self.world.cadre(),
            "done_on": clock.day_of(moment),
            **more,
        }
        return services.hang(posting, hung_at=moment, **values)

    def hung(self, day: date = FRIDAY, hour: int = 10, **more) -> Notice:
        """Drafted, released and hung everywhere at one hour of a day."""
        moment = self.at(day, hour)
        notice = self.released(**more)
        for posting in postings(notice):
            self.hang(posting, moment)
        return fresh(notice)

    def photo(self):
        return stored_file(self.village, FileKind.PHOTO)

    def end_photos(self, notice: Notice, moment: datetime) -> None:
        for posting in postings(notice):
            services.add_photo(
                posting,
                moment=Moment.END,
                taken_at=moment,
                file=self.photo(),
                by=self.world.cadre(),
                done_on=clock.day_of(moment),
            )

    def close(self, notice: Notice, **more):
        values = {"by": self.world.cadre(), "done_on": self.world.day, **more}
        return services.close_notice(notice, **values)

    def gap(self, posting: Posting, missing: datetime, up: datetime, **more):
        values = {
            "missing_from": missing,
            "rehung_at": up,
            "file": self.photo(),
            "by": self.world.cadre(),
            "done_on": clock.day_of(up),
            **more,
        }
        return services.report_gap(posting, **values)

    def lodge(self, about, *, kind=ObjectionKind.OBJECTION, by=None, reason="", **more):
        said = {
            "received_on": self.world.day,
            "channel": Channel.ORAL,
            "objector": "某某",
            "phone": "10000000009",
            "text": "该户有商品房",
            **more,
        }
        by, day = by or self.world.cadre(), self.world.day
        at = {"kind": kind, "by": by, "done_on": day, "reason": reason}
        return services.lodge(about, ObjectionSpec(**said), **at)

    def answer(self, objection, **more):
        values = {
            "outcome": "dismissed",
            "checkers": ["龙德清", "罗伏生"],
            "conclusion": "入户核查,房屋系租住",
            "file": None,
            "by": self.world.officer(),
            "done_on": self.world.day,
            **more,
        }
        return services.answer(objection, **values)

    def announced(self, items: list[ItemSpec] | None = None) -> Notice:
        """An announcement, released and not yet hung."""
        places = [
            PlaceSpec(Place.PUBLIC_SITE, "区政府网站", DISTRICT),
            PlaceSpec(Place.TOWNSHIP_BOARD, "镇公示公告栏", TOWNSHIP),
            PlaceSpec(Place.VILLAGE_BOARD, "村部门口", self.village),
        ]
        notice = self.draft(
            items,
            stage=LAST_STAGE,
            region=DISTRICT,
            organ="区人民政府",
            kind=NoticeKind.ANNOUNCEMENT,
            places=places,
            by=self.world.user(Role.DISTRICT_OFFICER),
        )
        by = self.world.user(Role.DISTRICT_LEADER)
        return services.release_notice(notice, by=by, done_on=self.world.day)


def spec(one, case_key: int | None = None) -> ItemSpec:
    """Cases stand above publicity: any number serves."""
    return ItemSpec(
        case_key=case_key or 10_000 + one.pk,
        household_id=one.pk,
        group=one.group,
        head_name=one.head_name,
        persons=one.persons,
        facts_sha256="a" * 64,
    )


def postings(notice: Notice) -> list[Posting]:
    return list(Posting.objects.filter(notice=notice).order_by("pk"))


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def items_of(notice: Notice):
    return NoticeItem.objects.filter(notice=notice).order_by("seq")


def later(moment: datetime, **more) -> datetime:
    return moment + timedelta(**more)


def entries(act: Act) -> list[tuple[str, str]]:
    """Subject and number of the journal's rows of an act."""
    rows = Entry.objects.filter(act=act).order_by("pk")
    return list(rows.values_list("subject", "subject_id"))
