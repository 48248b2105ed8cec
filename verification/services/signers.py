"""By what right somebody signs: the household's capacities, the helper, the holders of posts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core import identity
from exitcase.core.choices import Capacity, Post
from exitcase.core.errors import Refused
from exitcase.core.models import PostHolder, Region
from exitcase.core.models.region import above
from exitcase.core.rules import Rules, Signer
from exitcase.core.words import word
from households.choices import Health, Relation
from households.models import Member
from verification.models import Case, Vote
from verification.services.entry import Entry
from verification.services.specs import SignSpec

OWN: Final = frozenset({Post.HOUSEHOLD, Post.HELPER})  # slots that no post holder fills


@dataclass(frozen=True, slots=True)
class People:
    """Everybody a set of signatures may ask for, read in a constant number of queries."""

    members: dict[int, list[Member]]  # household id → its people, also those who have left
    holders: dict[tuple[str, str], list[PostHolder]]  # region, post → who ever held it
    meetings: dict[int, date]  # case pk → the day of its meeting at this stage
    regions: dict[str, str]  # code → name

    def holding(self, village: str, post: str, day: date) -> list[PostHolder]:
        """Who held a post on a day, in the village or in a region above it."""
        known = [one for code in (village, *above(village)) for one in self._of(code, post)]
        return [one for one in known if one.since <= day and (not one.until or one.until >= day)]

    def _of(self, code: str, post: str) -> list[PostHolder]:
        return self.holders.get((code, post), [])

    def current(self, household: int, day: date) -> list[Member]:
        """The household's members on a day, the oldest first."""
        found = self.members.get(household, [])
        return [one for one in found if one.left_on is None or one.left_on > day]


@dataclass(frozen=True, slots=True)
class Right:
    """What a lawful signature keeps of its signer."""

    holder: PostHolder | None = None
    adult_on: date | None = None


def gather(at: Entry, specs: Sequence[SignSpec]) -> People:
    """Read the members, post holders and meetings these signatures are judged by."""
    posts = {spec.slot for spec in specs} - OWN | set(at.rules.never_sign.posts)
    villages = {case.village_id for case in at.cases}
    codes = villages | {code for village in villages for code in above(village)}
    members: dict[int, list[Member]] = {}
    if Post.HOUSEHOLD in {spec.slot for spec in specs}:
        found = Member.objects.filter(household__in={case.household_id for case in at.cases})
        for member in found.order_by("born", "pk"):
            members.setdefault(member.household_id, []).append(member)
    holders: dict[tuple[str, str], list[PostHolder]] = {}
    for holder in PostHolder.objects.filter(region__in=codes, post__in=posts).order_by("pk"):
        holders.setdefault((holder.region_id, holder.post), []).append(holder)
    votes = Vote.valid(stage=at.stage.key, case__in=at.rows())
    names = Region.objects.filter(pk__in=villages).values_list("pk", "name")
    return People(
        members, holders, dict(votes.values_list("case", "meeting__held_on")), dict(names)
    )


def right_of(rules: Rules, case: Case, spec: SignSpec, people: People) -> Right:
    """By what right the signer fills the slot; Refused in words when by none."""
    if spec.slot == Post.HOUSEHOLD:
        return _household(rules, case, spec, people)
    if spec.slot == Post.HELPER:
        return _helper(case, spec)
    return _holder(case, spec, people)


# ── posts ─────────────────────────────────────────────────────────────────────────────────────


def _helper(case: Case, spec: SignSpec) -> Right:
    name = case.household.helper_name
    if spec.signer != name:
        raise Refused(
            _("签字人不是该户登记的帮扶责任人"),
            place=str(case),
            value=spec.signer,
            rule=_("帮扶责任人:%s") % name if name else _("该户没有登记帮扶责任人,请先登记"),
        )
    return Right()


def _holder(case: Case, spec: SignSpec, people: People) -> Right:
    """The holder of the post on the day of the meeting; without one, on the day of signing."""
    day = people.meetings.get(case.pk, spec.signed_on)
    held = people.holding(case.village_id, spec.slot, day)
    if not held:
        raise Refused(
            _("%(village)s在 %(day)s 没有登记%(post)s")
            % {
                "village": people.regions.get(case.village_id, case.village_id),
                "day": day.isoformat(),
                "post": word(spec.slot),
            },
            place=str(case),
            value=spec.signer,
            rule=_("先登记该职务当日的任职人;职务空缺的,登记代行职务的人"),
        )
    same = [one for one in held if one.name == spec.signer]
    chosen = [one for one in same if spec.holder is None or one.pk == spec.holder.pk]
    if not chosen:
        raise Refused(
            _("签字人当日不任这一职务"),
            place=str(case),
            value=f"{word(spec.slot)} {spec.signer}",
            rule=_("%(day)s 的任职人:%(names)s")
            % {"day": day.isoformat(), "names": "、".join(sorted({one.name for one in held}))},
        )
    return Right(holder=chosen[0])


# ── the household ─────────────────────────────────────────────────────────────────────────────


def _household(rules: Rules, case: Case, spec: SignSpec, people: People) -> Right:
    known = {row.capacity: row for row in rules.household_signers}
    if spec.capacity not in known:
        raise Refused(
            _("须写明以何身份代表该户签字"),
            place=str(case),
            value=word(spec.capacity) if spec.capacity else "",
            rule="、".join(word(capacity) for capacity in known),
        )
    rule = known[spec.capacity]
    if spec.capacity == Capacity.HEAD:
        return _head(case, spec, people, known.get(Capacity.GUARDIAN))
    if spec.capacity == Capacity.ADULT_MEMBER:
        return Right(adult_on=_of_age(case, spec, rule, _member(case, spec, people)))
    if spec.capacity == Capacity.AGENT:
        return _agent(rules, rule, case, spec, people)
    return _guardian(rules, rule, case, spec, people)


def _head(case: Case, spec: SignSpec, people: People, guardian: Signer | None) -> Right:
    """In the head's own name; a head under age signs by the guardian, where the plan knows one."""
    if spec.signer != case.head_name:
        raise Refused(
            _("签字人不是户主"),
            place=str(case),
            value=spec.signer,
            rule=_("户主:%s;他人签字的,写明其本人身份") % case.head_name,
        )
    heads = [one for one in people.members.get(case.household_id, []) if _is_head(one)]
    if guardian and any(minor(one, guardian, spec.signed_on) for one in heads):
        raise Refused(
            _("户主未满 %d 周岁,由监护人签字") % guardian.min_age,
            place=str(case),
            value=f"{spec.signer} {spec.signed_on.isoformat()}",
            rule=word(Capacity.GUARDIAN),
        )
    return Right(adult_on=identity.birthday(heads[-1].born, identity.ADULT) if heads else None)


def _is_head(member: Member) -> bool:
    return member.relation == Relation.HEAD and member.left_on is None


def _member(case: Case, spec: SignSpec, people: People) -> Member:
    current = people.current(case.household_id, spec.signed_on)
    found = next((one for one in current if one.name == spec.signer), None)
    if found is None:
        raise Refused(
            _("签字人不是该户当日的家庭成员"),
            place=str(case),
            value=spec.signer,
            rule="、".join(one.name for one in current) or _("该户没有登记家庭成员"),
        )
    return found


def _of_age(case: Case, spec: SignSpec, rule: Signer, signer: Member) -> date:
    adult_on = identity.birthday(signer.born, rule.min_age)
    _refuse_minor(case, spec, rule, adult_on)
    return adult_on


def _refuse_minor(case: Case, spec: SignSpec, rule: Signer, adult_on: date) -> None:
    if spec.signed_on < adult_on:
        raise Refused(
            _("签字人签字当日未满 %d 周岁") % rule.min_age,
            place=str(case),
            value=f"{spec.signer} {spec.signed_on.isoformat()}",
            rule=_("自 %s 起可以签字") % adult_on.isoformat(),
        )


def _agent(rules: Rules, rule: Signer, case: Case, spec: SignSpec, people: People) -> Right:
    mandate = spec.mandate
    if mandate is None or mandate.case_id != case.pk or mandate.void_tx:
        raise Refused(
            _("代理人签字须附该户有效的委托书"),
            place=str(case),
            value=spec.signer,
            rule=_("先登记户主出具的委托书"),
        )
    covered = mandate.valid_from <= spec.signed_on <= mandate.valid_until
    if mandate.agent != spec.signer or not covered:
        raise Refused(
            _("签字不在委托书的受托人或期限之内"),
            place=str(case),
            value=f"{spec.signer} {spec.signed_on.isoformat()}",
            rule=_("委托书 %(number)s:%(agent)s,%(first)s 至 %(last)s")
            % {
                "number": mandate.number,
                "agent": mandate.agent,
                "first": mandate.valid_from.isoformat(),
                "last": mandate.valid_until.isoformat(),
            },
        )
    _refuse_minor(case, spec, rule, mandate.agent_adult_on)
    refuse_officials(rules, case, spec.signer, spec.signed_on, people, part=_("代理人"))
    return Right(adult_on=mandate.agent_adult_on)


def _guardian(rules: Rules, rule: Signer, case: Case, spec: SignSpec, people: People) -> Right:
    """Only for a head who is a minor or cannot act; of the household, or named with an age."""
    current = people.current(case.household_id, spec.signed_on)
    if not any(_incapable(one, rule, spec.signed_on) for one in current if _is_head(one)):
        raise Refused(
            _("户主能够自己签字,监护人不能代签"),
            place=str(case),
            value=spec.signer,
            rule=_("户主未满 %d 周岁,或登记的健康状况为残疾的,由监护人签字") % rule.min_age,
        )
    if not spec.relation:
        raise Refused(
            _("监护人须写明与户主的关系"), place=str(case), value=spec.signer, example=_("之母")
        )
    inside = next((one for one in current if one.name == spec.signer), None)
    adult_on = identity.birthday(inside.born, rule.min_age) if inside else spec.adult_on
    if adult_on is None:
        raise Refused(_("户外的监护人须写明成年日期"), place=str(case), value=spec.signer)
    _refuse_minor(case, spec, rule, adult_on)
    if inside is None:
        refuse_officials(rules, case, spec.signer, spec.signed_on, people, part=_("监护人"))
    return Right(adult_on=adult_on)


def _incapable(head: Member, rule: Signer, day: date) -> bool:
    return minor(head, rule, day) or head.health == Health.DISABLED


def minor(head: Member, rule: Signer, day: date) -> bool:
    """Whether a head is under the age from which the plan lets a guardian's ward sign alone."""
    return identity.birthday(head.born, rule.min_age) > day


# ── marks and witnesses ───────────────────────────────────────────────────────────────────────


def refuse_mark(rules: Rules, case: Case, spec: SignSpec, people: People) -> None:
    """手写, 捺手印, 私章: what the plan takes, with a witness where it asks for one."""
    if spec.mark not in rules.marks.allowed:
        raise Refused(
            _("方案不认这种签法"),
            place=str(case),
            value=word(spec.mark),
            rule="、".join(word(mark) for mark in rules.marks.allowed),
        )
    if spec.mark not in rules.marks.witness:
        return
    if not spec.witness or spec.witness == spec.signer:
        raise Refused(
            _("%s须有他人见证") % word(spec.mark),
            place=str(case),
            value=spec.witness,
            rule=_("见证人不能是签字人、帮扶责任人或干部"),
        )
    refuse_officials(rules, case, spec.witness, spec.signed_on, people, part=_("见证人"))


def refuse_officials(
    rules: Rules, case: Case, name: str, day: date, people: People, *, part: str
) -> None:
    """严禁代签: neither the helper nor a cadre or team member of that day takes this part."""
    posts = _posts_of(rules.never_sign.posts, case, name, day, people)
    if posts:
        raise Refused(
            _("%s不能是帮扶责任人或干部") % part,
            place=str(case),
            value=_("%(name)s(%(post)s)") % {"name": name, "post": word(posts[0])},
            rule="、".join(word(post) for post in rules.never_sign.posts),
        )


def _posts_of(
    never: Collection[Post], case: Case, name: str, day: date, people: People
) -> list[Post]:
    helper = [Post.HELPER] if Post.HELPER in never and name == case.household.helper_name else []
    held = [
        post
        for post in never
        if any(one.name == name for one in people.holding(case.village_id, post, day))
    ]
    return helper + held
