"""What a village must have done: collection, meeting, consent, notice."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from exitcase.core import terms
from exitcase.core.choices import Capacity, Finding, Post
from exitcase.core.gates import Ask, Passes
from exitcase.core.rules_words import MinuteSigners, VoteBase
from households.models import HouseholdYear, VillageYear
from publicity.choices import NoticeKind, NoticeState
from publicity.models import NoticeItem
from verification.gates.base import OPEN, gate, none_later
from verification.models import Attendance, Inspection, Signature, Vote

OF_THE_TEAM = (Post.TEAM_LEADER, Post.TEAM_MEMBER, Post.FIRST_SECRETARY)

# ── collection ────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有录全本年度信息和收入统计表"))
def year_recorded(ask: Ask) -> Passes:
    known = Q(net_fen__isnull=False, persons__gte=1)
    year = HouseholdYear.objects.filter(household=OuterRef("household"), year=ask.rules.year)
    return Exists(year.filter(known))


@gate(_("还有 %(n)d 户没有入户调查记录"), table="visitors")
def surveyed(ask: Ask) -> Passes:
    least = ask.stage.need("visitors").least
    met = Inspection.given_at(ask.stage.key, visitors__gte=least, finding=Finding.MET)
    return Exists(met)


@gate(_("有 %(n)d 户所在村的村信息没有录全(贫困村与否、村民代表人数)"))
def village_recorded(ask: Ask) -> Passes:
    known = Q(poor_village__isnull=False, representatives__gte=1)
    year = VillageYear.objects.filter(village=OuterRef("village"), year=ask.rules.year)
    return Exists(year.filter(known))


# ── meeting ───────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有上会评议"), table="body")
def discussed(ask: Ask) -> Passes:
    return Exists(Vote.given_at(ask.stage.key))


@gate(_("有 %(n)d 户的评议会到会人数不足规定比例或没有记录"), table="quorum")
def quorate(ask: Ask) -> Passes:
    """Asked through the case's own vote: after a split, the meeting belongs to another batch."""
    num, den = ask.stage.need("quorum").share
    enough = GreaterThanOrEqual(F("meeting__present") * den, F("meeting__expected") * num)
    somebody = Q(meeting__present__gte=1)  # of nobody, nought is any share
    return Exists(Vote.given_at(ask.stage.key).filter(somebody, enough))


@gate(_("有 %(n)d 户的同意票没有达到规定比例"), table="vote")
def carried(ask: Ask) -> Passes:
    rule = ask.stage.need("vote")
    base = "meeting__present" if rule.out_of == VoteBase.PRESENT else "meeting__expected"
    compare = GreaterThan if rule.more_than else GreaterThanOrEqual
    share = compare(F("yes") * rule.share.den, F(base) * rule.share.num)
    return Exists(Vote.given_at(ask.stage.key).filter(Q(yes__gte=1), share))


@gate(_("有 %(n)d 户的会议记录没有扫描件"), table="minutes")
def minutes_kept(ask: Ask) -> Passes:
    return Exists(Vote.given_at(ask.stage.key, meeting__minutes__isnull=False))


@gate(_("有 %(n)d 户的评议会还有到会人员没有在会议记录本上签字"), table="minutes")
def minutes_signed(ask: Ask) -> Passes:
    """000: those who do not sign the form sign the minutes; other plans: the voters, or all."""
    missing = Attendance.objects.filter(meeting=OuterRef("meeting"), present=True, signed=False)
    if ask.stage.need("minutes").signed_by == MinuteSigners.OTHERS:
        on_the_form = Signature.valid(
            case=OuterRef(OuterRef("case")), stage=ask.stage.key, signer=OuterRef("name")
        )
        missing = missing.filter(~Exists(on_the_form))
    return Exists(Vote.given_at(ask.stage.key).filter(~Exists(missing)))


@gate(_("还有 %(n)d 户的表上缺签字人"), table="signers")
def slots_signed(ask: Ask) -> Passes:
    """Every post the plan names has signed this household's form, in its holder's own name.

    A village on record as having no work team has nobody to sign in the team's posts.
    """
    slots = [slot for slot in ask.stage.need("signers").slots if slot != Post.HOUSEHOLD]
    signed = Q(OPEN)
    for slot in slots:
        own = Q(Exists(Signature.given_at(ask.stage.key, slot=slot, refused=False)))
        signed &= own | Q(_without_team(ask)) if slot in OF_THE_TEAM else own
    return signed


def _without_team(ask: Ask) -> Exists:
    year = VillageYear.objects.filter(village=OuterRef("village"), year=ask.rules.year)
    return Exists(year.filter(has_team=False))


@gate(_("有 %(n)d 户的签字日期早于评议会"))
def signed_after_meeting(ask: Ask) -> Passes:
    later = Vote.valid(case=OuterRef("case"), meeting__held_on__gt=OuterRef("signed_on"))
    return none_later(Signature.given_at(ask.stage.key), later)


# ── consent ───────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有有权签字人的签字"), table="signers")
def household_signed(ask: Ask) -> Passes:
    """Head, grown-up member, agent under a mandate, guardian: never a helper or a cadre."""
    if Post.HOUSEHOLD not in ask.stage.need("signers").slots:
        return OPEN
    signature = Signature.given_at(ask.stage.key, slot=Post.HOUSEHOLD, refused=False)
    return Exists(signature.filter(rightful(ask), lawful_mark(ask)))


def rightful(ask: Ask) -> Q:
    """The capacities the plan knows, each with its age on the day and its mandate."""
    found = Q(pk__isnull=True)
    for rule in ask.rules.household_signers:
        one = Q(capacity=rule.capacity)
        if rule.capacity == Capacity.AGENT:
            one &= Q(mandate__agent_adult_on__lte=F("signed_on"))
        elif rule.min_age:
            one &= Q(adult_on__lte=F("signed_on"))
        if rule.mandate:
            one &= Q(mandate__valid_from__lte=F("signed_on"))
            one &= Q(mandate__valid_until__gte=F("signed_on"), mandate__void_tx="")
        found |= one
    return found


def lawful_mark(ask: Ask) -> Q:
    """手写, 捺手印, 私章: those that need a witness have one."""
    alone = [m for m in ask.rules.marks.allowed if m not in ask.rules.marks.witness]
    witnessed = [m for m in ask.rules.marks.allowed if m in ask.rules.marks.witness]
    return Q(mark__in=alone) | Q(mark__in=witnessed, witness__gt="")


# ── notice ────────────────────────────────────────────────────────────────────────────────────


def hung(ask: Ask) -> Q:
    """A valid, not struck entry on a notice of this stage that has been hung."""
    return Q(
        notice__kind=NoticeKind.NOTICE,
        notice__state__in=[NoticeState.HANGING, NoticeState.CLOSED],
        notice__days__gte=ask.stage.need("term").days,
        struck_tx="",
    )


@gate(_("还有 %(n)d 户没有公示,或已从公示中划去"), table="term")
def notice_hung(ask: Ask) -> Passes:
    return Exists(NoticeItem.given_at(ask.stage.key).filter(hung(ask)))


@gate(_("有 %(n)d 户公示未满期限"), table="term")
def notice_run(ask: Ask) -> Passes:
    over = Q(notice__closes_at__lte=ask.now)
    return Exists(NoticeItem.given_at(ask.stage.key).filter(hung(ask), over))


@gate(_("有 %(n)d 户的公示还没有办结(期满后须有张贴时和期满时的照片)"), table="term")
def notice_closed(ask: Ask) -> Passes:
    closed = Q(notice__state=NoticeState.CLOSED)
    return Exists(NoticeItem.given_at(ask.stage.key).filter(hung(ask), closed))


@gate(_("有 %(n)d 户的公示早于其所依据的签字"))
def hung_after_signing(ask: Ask) -> Passes:
    later = Signature.valid(
        case=OuterRef("case_key"),
        refused=False,
        signed_on__gt=OuterRef("notice__starts_at__date"),
    )
    return none_later(NoticeItem.given_at(ask.stage.key, struck_tx=""), later)


# ── of the batch ──────────────────────────────────────────────────────────────────────────────


@gate(_("已过方案规定的时间段"), of="batch", hard=False)
def within_window(ask: Ask) -> Passes:
    """The calendar warns and asks for a reason; it never blocks (DOMAIN 2.4)."""
    ends = _window_ends(ask)
    return GreaterThan(Value(ends), ask.now) if ends else OPEN


def _window_ends(ask: Ask) -> datetime | None:
    """24:00 of the window's last day, in the time zone of the papers."""
    for window in ask.rules.windows:
        if window.key == ask.stage.window:
            return terms.closes_at(window.last)
    return None
