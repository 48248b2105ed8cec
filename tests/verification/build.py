"""A small world for tests: regions, people in their posts, the plan, households, a batch.

    world = build.world(villages=2)
    world.on(date(2020, 10, 9))            # the demo clock; acts of that day are on time
    batch = world.batch(world.villages[0], 5)
    world.bring(batch, "village_notice")   # by real services, every paper as it should be

Nobody here exists: identity numbers start with 99, phones with 100.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from django.db import connection

from exitcase.core import clock, identity
from exitcase.core.choices import DeploymentKind, FileKind, Item, Level, Post, Role, Status
from exitcase.core.journal import Actor
from exitcase.core.models import Programme, Region, StoredFile, User
from exitcase.core.models.region import level_of
from exitcase.core.services import house, people, programmes
from households.models import Household, HouseholdYear, IncomeItem, Member, VillageYear
from households.services.members import id_index
from verification.models import Batch, Case
from verification.services.listing import list_cases

PLANS = Path(__file__).resolve().parents[2] / "fixtures" / "programmes"
CITY, DISTRICT, TOWNSHIP = "4304", "430412", "430412100"
SINCE = date(2018, 1, 1)
OPENING = date(2020, 10, 9)
SURNAMES = "彭谭向龙石田罗邓肖段廖贺阳旷欧谢"
GIVEN = "桂运新冬国满建小玉长德春志菊伏秋"
SEQUENCE = count(1)

# role → region's level; how many people hold it in each region
STAFF = {
    Role.VILLAGE_CADRE: (Level.VILLAGE, 2),
    Role.HELPER: (Level.VILLAGE, 1),
    Role.WORK_TEAM: (Level.VILLAGE, 1),
    Role.TOWNSHIP_OFFICER: (Level.TOWNSHIP, 2),
    Role.TOWNSHIP_LEADER: (Level.TOWNSHIP, 1),
    Role.DISTRICT_OFFICER: (Level.DISTRICT, 2),
    Role.DISTRICT_INSPECTOR: (Level.DISTRICT, 2),
    Role.DISTRICT_LEADER: (Level.DISTRICT, 1),
    Role.BUREAU: (Level.DISTRICT, 1),
    Role.CITY_INSPECTOR: (Level.CITY, 2),
}
POSTS = {
    Level.VILLAGE: {
        Post.APPRAISAL_LEADER: ("向光明",),
        Post.VILLAGE_SECRETARY: ("石爱莲",),
        Post.VILLAGE_DIRECTOR: ("彭国良",),
        Post.TEAM_LEADER: ("贺志强",),
        Post.TEAM_MEMBER: ("阳春桃",),
    },
    Level.TOWNSHIP: {
        Post.TOWNSHIP_CADRE: ("龙德清", "罗伏生"),
        Post.TOWNSHIP_LEADER: ("邓水生",),
    },
    Level.DISTRICT: {Post.DISTRICT_INSPECTOR: ("段运生", "廖新华")},
}
HELPER = "谭建成"


@dataclass
class World:
    """What a test stands on. `user(role)` is the first holder, `user(role, n=1)` the second."""

    programme: Programme
    villages: list[str]
    users: dict[tuple[str, Role], list[User]] = field(default_factory=dict)
    day: date = OPENING

    @property
    def rules(self):
        return self.programme.rules

    def on(self, day: date, hour: int = 9) -> date:
        """Set the demo clock to an hour of a day."""
        house.travel_to(datetime(day.year, day.month, day.day, hour, tzinfo=clock.PLACE))
        self.day = day
        return day

    def later(self, days: int = 1) -> date:
        return self.on(self.day + timedelta(days=days))

    def user(self, role: Role, region: str = "", n: int = 0) -> User:
        code = (
            region
            or {
                Level.VILLAGE: self.villages[0],
                Level.TOWNSHIP: TOWNSHIP,
                Level.DISTRICT: DISTRICT,
                Level.CITY: CITY,
            }[STAFF[role][0]]
        )
        return self.users[code, role][n]

    def cadre(self, village: str = "", n: int = 0) -> User:
        return self.user(Role.VILLAGE_CADRE, village, n)

    def officer(self, n: int = 0) -> User:
        return self.user(Role.TOWNSHIP_OFFICER, n=n)

    def batch(self, village: str = "", size: int = 3, **more) -> Batch:
        """List `size` new households of a village, with their year on record."""
        village = village or self.villages[0]
        made = households(village, size, **more)
        chosen = Household.objects.filter(pk__in=[one.pk for one in made])
        by = self.cadre(village)
        return list_cases(village, chosen, programme=self.programme, by=by, done_on=self.day)

    def cases(self, batch: Batch):
        return Case.objects.filter(batch=batch).order_by("pk")

    def file(self, region: str = "", kind: FileKind = FileKind.SCAN) -> StoredFile:
        return stored_file(region or self.villages[0], kind)

    def bring(self, batch: Batch, to_stage: str) -> Batch:
        """Play the stages of a batch, by their services, until it stands at `to_stage`."""
        from tests.verification import play  # noqa: PLC0415  # it builds on this module

        return play.bring(self, batch, to_stage)


def world(villages: int = 1, programme: str = "nanyue-2020", day: date = OPENING) -> World:
    """Regions, the plan, one demo clock, and people in every post."""
    house.open_as(DeploymentKind.DEMO)
    codes = regions(villages)
    made = World(load(programme), codes)
    made.on(day)
    for role, (level, heads) in STAFF.items():
        for code in _of_level(level, codes):
            made.users[code, role] = [user(role, code) for _ in range(heads)]
    for level, posts in POSTS.items():
        for code in _of_level(level, codes):
            hold(code, posts)
    return made


def _of_level(level: Level, villages: list[str]) -> list[str]:
    upper = {Level.CITY: CITY, Level.DISTRICT: DISTRICT, Level.TOWNSHIP: TOWNSHIP}
    return villages if level == Level.VILLAGE else [upper[level]]


def regions(villages: int = 1) -> list[str]:
    """The path down to `villages` villages of one township; gives the villages' codes."""
    codes = [f"{TOWNSHIP}{200 + at}" for at in range(1, villages + 1)]
    names = {"43": "湖南省", CITY: "衡阳市", DISTRICT: "南岳区", TOWNSHIP: "南岳镇"}
    for code in (*names, *codes):
        parent = max((c for c in names if code.startswith(c) and c != code), default=None, key=len)
        Region.objects.create(
            code=code,
            name=names.get(code, f"第{int(code[-3:]) - 200}村"),
            level=level_of(code),
            parent_id=parent,
            edition="test",
        )
    year = [
        VillageYear(
            village_id=code,
            year=2020,
            poor_village=at % 2 == 0,
            representatives=20,
            has_team=True,
            board_place="村部门口",
            gathering_place="老井坪",
            office_phone="0000-8561234",
        )
        for at, code in enumerate(codes)
    ]
    VillageYear.objects.bulk_create(year)
    return codes


@cache
def text(key: str) -> programmes.Text:
    source = (PLANS / f"{key}.toml").read_text("utf-8")
    return programmes.Text(f"{key}.toml", source, (PLANS / "house.toml").read_text("utf-8"))


def load(key: str) -> Programme:
    (loaded,) = programmes.load([text(key)], Actor.system())
    return loaded.programme


def user(role: Role, region: str, name: str = "") -> User:
    """One account with one role."""
    at = next(SEQUENCE)
    made = User.objects.create_user(f"u{at}", name or person(5000 + at))
    given = Region.objects.get(pk=region)
    people.appoint(made, role, given, by=Actor.system(), since=SINCE)
    return made


def hold(region: str, posts: dict[Post, tuple[str, ...]]) -> None:
    at = Region.objects.get(pk=region)
    for post, names in posts.items():
        for name in names:
            people.hold_post(at, post, name, by=Actor.system(), since=SINCE, beside=True)


def share_of(examples: int) -> int:
    """How many random runs: all of them on SQLite, a tenth again on PostgreSQL.

    What it could answer otherwise in one line of acts, a few runs show; what it does with two
    lines at once, the tests of races ask.
    """
    return examples if connection.vendor == "sqlite" else max(examples // 10, 1)


def person(at: int) -> str:
    return SURNAMES[at % 16] + GIVEN[at // 16 % 16] + GIVEN[at // 256 % 16]


def id_number(born: date, at: int) -> str:
    first = f"99{at // 1000 % 10_000:04}{born:%Y%m%d}{at % 1000:03}"
    return first + identity.check_character(first)


def households(
    village: str, size: int, *, persons: int = 3, net: int | None = None, status=Status.REGISTERED
) -> list[Household]:
    """Households with their people, their year, and income above the line unless `net` says so."""
    numbers = [next(SEQUENCE) for _ in range(size)]
    made = [
        Household(
            village_id=village,
            number=f"{village}{at:06}",
            group=str(min(nth // 2 + 1, 9)),  # lists go by group and number: so does pk
            head_name=person(at * 7),
            persons=persons,
            status=status,
            status_basis="test",
            kind="ordinary",
            main_cause="illness",
            first_identified_year=2014,
            planned_exit_year=2020,
            phone=f"100{at:08}",
            helper_name=HELPER,
            helper_organ="区农业农村局",
            helper_phone="10000000001",
        )
        for nth, at in enumerate(numbers)
    ]
    Household.objects.bulk_create(made)
    for one, at in zip(made, numbers, strict=True):
        _people(one, at)
    _years(made, net if net is not None else 600_000 * persons)
    return made


def _people(one: Household, at: int) -> None:
    """A head of 50, a spouse, then children of 25, 10, 9 … years."""
    births = [date(1970, 3, 15), date(1972, 8, 2), date(1995, 5, 20)]
    births += [date(2010 + n, 10, 2) for n in range(9)]
    rows = []
    for n, born in enumerate(births[: one.persons]):
        number = id_number(born, at)
        rows.append(
            Member(
                household=one,
                number=f"{one.number}{n:02}",
                name=one.head_name if n == 0 else person(at * 7 + 4000 + n),
                sex=str(identity.sex(number)),
                born=born,
                id_number=number,
                id_index=id_index(number, DISTRICT),
                relation=("02", "10", "20")[min(n, 2)],
                schooling="none" if n < 3 else "primary",
                health="well",
                labour="ordinary" if n < 3 else "none",
                insured=True,
                serious_illness_insured=True,
            )
        )
    Member.objects.bulk_create(rows)


def _years(made: list[Household], net: int) -> None:
    records = [
        HouseholdYear(
            household=one,
            year=2020,
            persons=one.persons,
            gross_fen=net + 100_000,
            cost_fen=100_000,
            net_fen=net,
            income_stable=True,
            stable_note="务工两年以上",
            income_proved=True,
            staple_food=True,
            seasonal_clothes=True,
            school_age=max(one.persons - 3, 0),
            dropouts=0,
            insured=one.persons,
            serious_illness_insured=one.persons,
            contracted_doctor=one.persons,
            house_grade=1,
            house_certificate="鉴〔2020〕1号",
            lives_there=True,
            water="tap",
            water_safe=True,
            water_distance_m=0,
            measures=2,
            effect_evident=True,
            policy_delivered=True,
        )
        for one in made
    ]
    HouseholdYear.objects.bulk_create(records)
    items = ((Item.WAGES, net), (Item.BUSINESS, 100_000), (Item.BUSINESS_COST, 100_000))
    IncomeItem.objects.bulk_create(
        IncomeItem(record=record, item=item, detail="务工", amount_fen=max(amount, 0))
        for record in records
        for item, amount in items
    )


def stored_file(region: str, kind: FileKind = FileKind.SCAN) -> StoredFile:
    at = next(SEQUENCE)
    return StoredFile.objects.create(
        region_id=region,
        sha256=f"{at:064x}",
        name=f"扫描件{at}.jpg",
        mime="image/jpeg",
        size=1000,
        kind=kind,
        encrypted=False,
        path=f"test/{at}",
        uploaded_by="test",
        created_at=clock.read(),
    )
