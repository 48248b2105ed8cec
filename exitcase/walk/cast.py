"""Who plays: one account for each role and place, each with that role only; post holders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from exitcase.core.access import RIGHTS
from exitcase.core.choices import DIGITS, Act, Level, Post, Role
from exitcase.core.journal import Actor
from exitcase.core.models import PostHolder, Region, User
from exitcase.core.rules import Organ, Rules
from exitcase.core.services import people

SURNAMES = "温凌华章季舒纪祝苗甘景房包左石安常乐于齐康伍余元卜顾孟平黄和"
GIVEN = (
    "立",
    "行",
    "守",
    "明",
    "致",
    "远",
    "安",
    "和",
    "正",
    "平",
    "文",
    "德",
    "思",
    "齐",
    "润",
    "泽",
)
# Each of a village: the account's role, and how many of them.
IN_A_VILLAGE = ((Role.VILLAGE_CADRE, 2), (Role.HELPER, 1), (Role.WORK_TEAM, 1))
IN_A_TOWNSHIP = ((Role.TOWNSHIP_OFFICER, 3), (Role.TOWNSHIP_LEADER, 1), (Role.TOWNSHIP_STATION, 1))
IN_A_DISTRICT = (
    (Role.DISTRICT_OFFICER, 3),
    (Role.DISTRICT_INSPECTOR, 2),
    (Role.DISTRICT_LEADER, 1),
)
IN_A_CITY = ((Role.CITY_INSPECTOR, 2),)
# Posts of one person in a village; members of the body come several.
ALONE = (
    Post.APPRAISAL_LEADER,
    Post.VILLAGE_SECRETARY,
    Post.VILLAGE_DIRECTOR,
    Post.TEAM_LEADER,
    Post.FIRST_SECRETARY,
)
SEVERAL = ((Post.VILLAGE_CADRE, 2), (Post.TEAM_MEMBER, 2), (Post.VILLAGE_REP, 15))
A_FEW = 3
TOWNSHIP_POSTS = ((Post.TOWNSHIP_CADRE, 2), (Post.TOWNSHIP_LEADER, 1), (Post.AREA_CADRE, 1))
# Accounts whose role is a post that signs: the post's holder is the account's person.
ROLE_IS_POST = {
    Role.DISTRICT_INSPECTOR: Post.DISTRICT_INSPECTOR,
    Role.CITY_INSPECTOR: Post.CITY_INSPECTOR,
}
# Above the villages visitors go in teams of two; a team looks after so many villages.
OF_A_TEAM = 2
VILLAGES_OF_A_TEAM = 3


def names() -> Iterator[str]:
    """Made-up names, each once, none of which a made register uses (other surnames)."""
    for first, second, surname in product(("", *GIVEN), GIVEN, SURNAMES):
        yield f"{surname}{first}{second}"


@dataclass
class Cast:
    """The people of a walk. `one` finds the account whose role has the right, and no other role."""

    since: date
    accounts: list[tuple[Role, str, User]] = field(default_factory=list)
    bureaux: dict[str, User] = field(default_factory=dict)
    _names: Iterator[str] = field(default_factory=names)
    _team: dict[str, int] = field(default_factory=dict)  # village → its team's number
    _visitors: dict[tuple[str, tuple[Post, ...]], list[tuple[str, Post]]] = field(
        default_factory=dict
    )

    def engage(self, township: Region, villages: Sequence[Region], rules: Rules) -> None:
        """Make the accounts and fill the posts of a township, its district and its city."""
        for village in villages:
            self._hire(IN_A_VILLAGE, village)
            self._fill_village(village)
        self._hire(IN_A_TOWNSHIP, township)
        for post, count in TOWNSHIP_POSTS:
            self._fill(township, post, count)
        district = Region.objects.get(pk=township.code[: DIGITS[Level.DISTRICT]])
        self._hire(IN_A_DISTRICT, district)
        self._hire(IN_A_CITY, Region.objects.get(pk=township.code[: DIGITS[Level.CITY]]))
        for organ in rules.organs:
            if organ.role == Role.BUREAU:
                place = Region.objects.get(pk=township.code[: DIGITS[organ.level]])
                self.bureaux[organ.key] = self._account(Role.BUREAU, place, organ.key)
        self._fill_bodies(villages, rules)
        self._make_teams(township, district, villages)

    def one(
        self, act: Act, level: Level, code: str, nth: int = 0, first: Role | None = None
    ) -> User:
        """The `nth` account that may do this there: of role `first`, then the nearest."""
        able = [
            (role != first, -len(region), user)
            for role, region, user in self.accounts
            if (act, level) in RIGHTS[role] and code.startswith(region)
        ]
        able.sort(key=lambda found: found[:2])
        return able[nth][2]

    def of(self, role: Role, code: str, nth: int = 0) -> User:
        """The `nth` account of a role over a place."""
        held = [u for r, region, u in self.accounts if r == role and code.startswith(region)]
        return held[nth]

    def account(self, name: str) -> User | None:
        """The account of somebody of this name; names are each somebody's own."""
        return next((user for _role, _region, user in self.accounts if user.name == name), None)

    def holders(self, region: str, *posts: Post) -> list[PostHolder]:
        return list(PostHolder.objects.filter(region=region, post__in=posts).order_by("pk"))

    def visitors(self, village: str, posts: Sequence[Post]) -> list[tuple[str, Post]]:
        """Holders of these posts, the nearest first, of the village's team; each person once."""
        asked = (village, tuple(posts))
        if asked not in self._visitors:
            found: dict[str, Post] = {}
            for post in posts:
                for digits in sorted(DIGITS.values(), reverse=True):
                    for holder in self._own_first(village, village[:digits], post):
                        found.setdefault(holder.name, post)
            self._visitors[asked] = list(found.items())
        return self._visitors[asked]

    def _own_first(self, village: str, region: str, post: Post) -> list[PostHolder]:
        """A region's holders, those of the village's team before the others."""
        held = self.holders(region, post)
        shift = self._team.get(village, 0) * OF_A_TEAM
        first = shift % len(held) if held and region != village else 0
        return held[first:] + held[:first]

    def checkers(self, village: str) -> list[str]:
        """The township's people who look into what is said against a village's household."""
        found = self.visitors(village, [Post.TOWNSHIP_CADRE])
        return [name for name, _post in found[:OF_A_TEAM]]

    def team(self, role: Role, village: str) -> list[User]:
        """The accounts of a role that go to a village together."""
        held = [u for r, region, u in self.accounts if r == role and village.startswith(region)]
        first = self._team.get(village, 0) * OF_A_TEAM % max(len(held), 1)
        return held[first : first + OF_A_TEAM]

    def place_of(self, village: str, post: Post) -> str:
        """The nearest region in which somebody holds a post."""
        regions = [village[:digits] for digits in sorted(DIGITS.values(), reverse=True)]
        return next(code for code in regions if self.holders(code, post))

    def of_organ(self, organ: Organ, code: str) -> User:
        """An account by which an organ acts itself."""
        return self.bureaux.get(organ.key) or self.of(organ.role, code)

    def _fill_bodies(self, villages: Sequence[Region], rules: Rules) -> None:
        """Whoever else the plan calls to a meeting."""
        called = {post for one in rules.stages if one.body for post in one.body.members}
        for post in sorted(called.difference(ALONE, dict(SEVERAL))):
            for village in villages:
                self._fill(village, post, A_FEW)

    def _make_teams(self, township: Region, district: Region, villages: Sequence[Region]) -> None:
        """More cadres and inspectors: with one team for all, no day would be long enough."""
        for nth, village in enumerate(villages):
            self._team[village.code] = nth // VILLAGES_OF_A_TEAM
        more = OF_A_TEAM * max(self._team.values(), default=0)
        self._hold(township, Post.TOWNSHIP_CADRE, [next(self._names) for _nth in range(more)])
        for nth in range(more):
            self._account(Role.DISTRICT_INSPECTOR, district, "", OF_A_TEAM + nth + 1)

    def _hire(self, roles: Sequence[tuple[Role, int]], region: Region) -> None:
        for role, count in roles:
            for nth in range(count):
                self._account(role, region, "", nth + 1)

    def _account(self, role: Role, region: Region, organ: str, nth: int = 1) -> User:
        username = f"{role}.{region.code}.{organ or nth}"
        user, made = User.objects.get_or_create(
            username=username, defaults={"name": next(self._names), "organ": region.name}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        people.appoint(user, role, region, by=Actor.system(), since=self.since, organ=organ)
        self.accounts.append((role, region.code, user))
        if role in ROLE_IS_POST:
            self._hold(region, ROLE_IS_POST[role], [user.name])
        return user

    def _fill_village(self, village: Region) -> None:
        for post in ALONE:
            self._fill(village, post, 1)
        for post, count in SEVERAL:
            self._fill(village, post, count)

    def _fill(self, region: Region, post: Post, count: int) -> None:
        if not PostHolder.objects.filter(region=region, post=post).exists():
            self._hold(region, post, [next(self._names) for _nth in range(count)])

    def _hold(self, region: Region, post: Post, named: Sequence[str]) -> None:
        for name in named:
            if not PostHolder.objects.filter(region=region, post=post, name=name).exists():
                people.hold_post(
                    region, post, name, by=Actor.system(), since=self.since, beside=True
                )
