"""Who may sign what, in which capacity, on which day; and how a refusal to sign is kept."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Capacity, PaperKind, Post, Role, SignMark
from exitcase.core.errors import NotAllowed
from exitcase.core.journal import Actor
from exitcase.core.models import Entry, PostHolder, Region
from exitcase.core.services import people
from households.models import Household, Member
from tests.verification import build, play
from tests.verification.services.refusals import refused
from verification.models import Case, Mandate, Signature
from verification.services import mandates, signatures
from verification.services.specs import MandateSpec

pytestmark = pytest.mark.django_db
NEVER = "帮扶责任人、村党组织书记、村委会主任、村干部、驻村工作队队长、驻村工作队员、乡镇干部"


@pytest.fixture
def world():
    return build.world()


@pytest.fixture
def case(world):
    batch = world.bring(world.batch(size=1, persons=4), "sign_off")
    return world.cases(batch).get()


def sign(world, case, *specs, stage="sign_off", by=None):
    rows = Case.objects.filter(pk=case.pk)
    by = by or world.cadre()
    return signatures.sign(rows, stage, {case.pk: specs}, by=by, done_on=world.day)


def head(world, case, **more):
    return play.head_signs(world, case, **more)


def signed(case, slot=Post.HOUSEHOLD):
    return Signature.valid(case=case, slot=slot).get()


def adult(case):
    return Member.objects.get(household=case.household_id, relation="10")


def child(case):
    return Member.objects.filter(household=case.household_id).order_by("born").last()


def mandate(world, case, **more):
    told = {
        "number": "WT-1",
        "agent": "向小玉",
        "agent_id_number": build.id_number(date(1990, 10, 2), 77),
        "relation": "侄女",
        "reason": "务工",
        "valid_from": world.day,
        "valid_until": world.day + timedelta(days=30),
        **more,
    }
    at = {"by": world.cadre(), "done_on": world.day}
    return mandates.give_mandate(case, "sign_off", MandateSpec(**told), **at)


# ── the household ──


def test_the_head_signs_and_the_helper(world, case):
    assert sign(world, case, head(world, case), play.helper_signs(world, case)) == 2
    kept = signed(case)
    assert (kept.signer, kept.capacity) == (case.head_name, Capacity.HEAD)
    assert (kept.facts_sha256, kept.adult_on) == (case.facts_sha256, date(1988, 3, 15))
    entry = Entry.objects.get(act=Act.SIGN, stage="sign_off")
    assert (entry.subject_id, entry.became) == (str(case.pk), "helper household")


def test_signed_again_the_new_one_counts(world, case):
    sign(world, case, head(world, case))
    sign(world, case, head(world, case, signer=adult(case).name, capacity=Capacity.ADULT_MEMBER))
    assert signed(case).signer == adult(case).name
    assert Signature.objects.exclude(void_tx="").get().signer == case.head_name


def test_only_the_head_signs_as_head(world, case):
    with refused(
        "签字人不是户主",
        place=str(case),
        value="王五",
        rule=f"户主:{case.head_name};他人签字的,写明其本人身份",
    ):
        sign(world, case, head(world, case, signer="王五"))
    assert not Signature.objects.filter(case=case, slot=Post.HOUSEHOLD).exists()


def test_without_a_capacity_nobody_signs_for_a_household(world, case):
    with refused("须写明以何身份代表该户签字", value="", rule="户主、成年家庭成员、代理人、监护人"):
        sign(world, case, head(world, case, capacity=None))
    assert not Signature.objects.filter(case=case, slot=Post.HOUSEHOLD).exists()


def test_a_grown_up_member_signs_on_the_birthday_not_before(world, case):
    one = child(case)
    told = {"signer": one.name, "capacity": Capacity.ADULT_MEMBER}
    Member.objects.filter(pk=one.pk).update(born=date(2002, 10, 10))
    with refused(
        "签字人签字当日未满 18 周岁",
        place=str(case),
        value=f"{one.name} 2020-10-09",
        rule="自 2020-10-10 起可以签字",
    ):
        sign(world, case, head(world, case, **told))
    Member.objects.filter(pk=one.pk).update(born=date(2002, 10, 9))
    sign(world, case, head(world, case, **told))
    assert signed(case).adult_on == world.day


def test_a_member_is_one_of_that_day(world, case):
    one = adult(case)
    told = head(world, case, signer=one.name, capacity=Capacity.ADULT_MEMBER)
    Member.objects.filter(pk=one.pk).update(left_on=world.day)
    present = Member.objects.filter(household=case.household_id, left_on=None).order_by("born")
    with refused(
        "签字人不是该户当日的家庭成员",
        value=one.name,
        rule="、".join(present.values_list("name", flat=True)),
    ):
        sign(world, case, told)
    assert not Signature.objects.filter(case=case, slot=Post.HOUSEHOLD).exists()


def test_an_agent_signs_in_the_own_name_under_a_mandate(world, case):
    given = mandate(world, case)
    told = {"signer": "向小玉", "capacity": Capacity.AGENT, "relation": "侄女"}
    with refused("代理人签字须附该户有效的委托书", place=str(case), rule="先登记户主出具的委托书"):
        sign(world, case, head(world, case, **told))
    sign(world, case, head(world, case, **told, mandate=given))
    kept = signed(case)
    assert (kept.mandate, kept.adult_on) == (given, date(2008, 10, 2))


@pytest.mark.parametrize("told", [{"signer": "别人"}, {"signed_on": date(2020, 10, 8)}])
def test_beyond_person_or_term_a_mandate_gives_nothing(world, case, told):
    given = mandate(world, case)
    spec = {"signer": "向小玉", "capacity": Capacity.AGENT, "mandate": given, **told}
    with refused(
        "签字不在委托书的受托人或期限之内",
        rule="委托书 WT-1:向小玉,2020-10-09 至 2020-11-08",
    ):
        sign(world, case, head(world, case, **spec))


def test_a_later_mandate_voids_the_earlier(world, case):
    first = mandate(world, case)
    second = mandate(world, case, number="WT-2")
    assert list(Mandate.valid(case=case)) == [second]
    first.refresh_from_db()
    spec = {"signer": "向小玉", "capacity": Capacity.AGENT, "mandate": first}
    with refused("代理人签字须附该户有效的委托书"):
        sign(world, case, head(world, case, **spec))


def test_neither_helper_nor_cadre_is_an_agent(world, case):
    with refused(
        "受托人不能是帮扶责任人或干部",
        place=str(case),
        value=f"{build.HELPER}(帮扶责任人)",
        rule=NEVER,
    ):
        mandate(world, case, agent=build.HELPER)
    with refused("受托人不能是帮扶责任人或干部", value="石爱莲(村党组织书记)"):
        mandate(world, case, agent="石爱莲")


def test_an_agent_who_has_become_a_cadre_signs_no_more(world, case):
    given = mandate(world, case)
    region = Region.objects.get(pk=case.village_id)
    people.hold_post(region, Post.VILLAGE_CADRE, "向小玉", by=Actor.system(), since=world.day)
    spec = {"signer": "向小玉", "capacity": Capacity.AGENT, "mandate": given}
    with refused("代理人不能是帮扶责任人或干部", value="向小玉(村干部)", rule=NEVER):
        sign(world, case, head(world, case, **spec))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"agent_id_number": "990412199010021234"}, "受托人的证件号码不对"),
        ({"agent_id_number": build.id_number(date(2002, 10, 10), 5)}, "受托人未满 18 周岁"),
        ({"valid_until": date(2020, 10, 8)}, "委托期限的止早于起"),
        ({"valid_from": date(2020, 10, 10)}, "日期不可能"),
        ({"number": ""}, "委托书编号没有填写或已用过"),
        ({"reason": " "}, "委托书没有写明委托原因"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(world, case, told, message):
    with refused(message):
        mandate(world, case, **told)


def test_a_number_is_one_households(world, case):
    mandate(world, case)
    other = world.cases(world.bring(world.batch(size=1, persons=4), "sign_off")).get()
    with refused("委托书编号没有填写或已用过", value="WT-1", rule="每份委托书一个编号"):
        mandate(world, other)
    assert mandate(world, other, number="WT-2").case == other


def test_a_head_under_age_neither_signs_nor_gives_a_mandate(world, case):
    """On the eighteenth birthday the head does."""
    head_of = Member.objects.filter(household=case.household_id, relation="02")
    head_of.update(born=date(2002, 10, 10))
    with refused(
        "户主未满 18 周岁,由监护人签字",
        place=str(case),
        value=f"{case.head_name} 2020-10-09",
        rule="监护人",
    ):
        sign(world, case, head(world, case))
    with refused("户主不能自行委托,由监护人签字", place=str(case), value=case.head_name):
        mandate(world, case)
    head_of.update(born=date(2002, 10, 9))
    mandate(world, case)
    sign(world, case, head(world, case))
    assert signed(case).adult_on == world.day


def test_a_guardian_signs_only_for_who_cannot(world, case):
    spec = head(world, case, signer=adult(case).name, capacity=Capacity.GUARDIAN, relation="之配偶")
    with refused(
        "户主能够自己签字,监护人不能代签",
        place=str(case),
        rule="户主未满 18 周岁,或登记的健康状况为残疾的,由监护人签字",
    ):
        sign(world, case, spec)
    Member.objects.filter(household=case.household_id, relation="02").update(health="disabled")
    sign(world, case, spec)
    assert signed(case).adult_on == date(1990, 8, 2)


def test_a_guardian_from_outside_tells_relation_and_age(world, case):
    Member.objects.filter(household=case.household_id, relation="02").update(born=date(2005, 1, 1))
    told = {"signer": "向外人", "capacity": Capacity.GUARDIAN}
    with refused("监护人须写明与户主的关系", example="之母"):
        sign(world, case, head(world, case, **told))
    with refused("户外的监护人须写明成年日期", value="向外人"):
        sign(world, case, head(world, case, **told, relation="之叔"))
    grown = {**told, "relation": "之叔", "adult_on": date(2000, 1, 1)}
    sign(world, case, head(world, case, **grown))
    with refused("监护人不能是帮扶责任人或干部"):
        sign(world, case, head(world, case, **{**grown, "signer": "石爱莲"}))


# ── marks ──


def test_a_fingerprint_needs_a_witness_who_is_no_official(world, case):
    spec = {"mark": SignMark.FINGERPRINT}
    for witness in ("", case.head_name):
        with refused(
            "捺手印须有他人见证",
            value=witness,
            rule="见证人不能是签字人、帮扶责任人或干部",
        ):
            sign(world, case, head(world, case, **spec, witness=witness))
    with refused("见证人不能是帮扶责任人或干部", value="彭国良(村委会主任)", rule=NEVER):
        sign(world, case, head(world, case, **spec, witness="彭国良"))
    sign(world, case, head(world, case, **spec, witness="邻居甲"))


def test_neither_helper_nor_team_is_a_witness(world, case):
    spec = {"mark": SignMark.FINGERPRINT}
    for name, post in ((build.HELPER, "帮扶责任人"), ("阳春桃", "驻村工作队员")):
        with refused("见证人不能是帮扶责任人或干部", value=f"{name}({post})", rule=NEVER):
            sign(world, case, head(world, case, **spec, witness=name))


def test_a_cadre_of_yesterday_is_a_witness_today(world, case):
    PostHolder.objects.filter(name="彭国良").update(until=world.day - timedelta(days=1))
    told = {"mark": SignMark.FINGERPRINT, "witness": "彭国良"}
    sign(world, case, head(world, case, **told))
    assert (signed(case).mark, signed(case).witness) == (SignMark.FINGERPRINT, "彭国良")


def test_a_seal_and_a_pen_need_no_witness(world, case):
    for mark in (SignMark.SEAL, SignMark.HAND):
        sign(world, case, head(world, case, mark=mark))
        assert (signed(case).mark, signed(case).witness) == (mark, "")


def test_a_helper_is_the_one_on_record(world, case):
    with refused(
        "签字人不是该户登记的帮扶责任人",
        place=str(case),
        value="别人",
        rule=f"帮扶责任人:{build.HELPER}",
    ):
        sign(world, case, play.helper_signs(world, case, signer="别人"))
    Household.objects.update(helper_name="")
    with refused("签字人不是该户登记的帮扶责任人", rule="该户没有登记帮扶责任人,请先登记"):
        sign(world, case, play.helper_signs(world, case))


# ── slots, papers, days ──


@pytest.mark.parametrize(
    ("told", "message", "rule"),
    [
        ({"slot": Post.FIRST_SECRETARY}, "本环节的表上没有这一签字栏", "农户、帮扶责任人"),
        ({"paper": PaperKind.APPROVAL}, "本环节没有这份文书", "acceptance_form、mandate"),
        (
            {"signed_on": date(2020, 10, 10)},
            "日期不可能",
            "在 2020 年 1 月 1 日至办理日期 2020-10-09 之间",
        ),
    ],
)
def test_what_the_form_has_not_is_refused(world, case, told, message, rule):
    with refused(message, rule=rule):
        sign(world, case, head(world, case, **told))


def test_one_place_is_signed_once(world, case):
    with refused(
        "同一签字栏登记了两次",
        place=str(case),
        value="农户",
        rule="每栏一人签字;可由多人签的,每人一次",
    ):
        sign(world, case, head(world, case), head(world, case))


# ── refusing to sign ──


def test_a_refusal_is_kept_and_never_by_the_helper(world, case):
    spec = head(world, case, refused=True)
    sign(world, case, spec, play.helper_signs(world, case))
    assert signed(case).refused
    acts = Entry.objects.filter(stage="sign_off", subject="case").values_list("act", flat=True)
    assert {Act.SIGN, Act.REFUSE_TO_SIGN} <= set(acts)
    helper = world.user(Role.HELPER)
    Household.objects.update(helper=helper)
    with pytest.raises(NotAllowed):
        sign(world, case, spec, by=helper)


def test_many_signatures_take_as_many_statements_as_few(world):
    counts = []
    for size in (5, 60):
        batch = world.bring(world.batch(size=size), "sign_off")
        cases = world.cases(batch)
        specs = {one.pk: [head(world, one)] for one in cases}
        with CaptureQueriesContext(connection) as seen:
            signatures.sign(cases, "sign_off", specs, by=world.cadre(), done_on=world.day)
        counts.append(sum(not one["sql"].startswith('INSERT INTO "verification_') for one in seen))
    assert counts[0] == counts[1]
