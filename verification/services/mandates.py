"""委托书: the head is away and gives somebody grown up the right to sign in their own name."""

from datetime import date

from django.utils.translation import gettext as _

from exitcase.core import identity, journal
from exitcase.core.choices import Act, Capacity, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.rules import Rules, Signer
from households.choices import Relation
from households.models import Member
from verification.models import Case, Mandate
from verification.services import signers
from verification.services.entry import Entry, entry, refuse_day, refuse_long
from verification.services.specs import MandateSpec

KINDS = (StageKind.CONSENT, StageKind.MEETING, StageKind.CHECK)


def give_mandate(
    case: Case,
    stage: str,
    spec: MandateSpec,
    *,
    by: User,
    done_on: date,
    reason: str = "",
) -> Mandate:
    """Record the mandate a household gave; an earlier one of this stage is void from now on.

    Raises Refused where the plan knows no agents, and for a number used before, no word on why
    the head is away, a head under age, an identity number that cannot be, an agent under age, a
    helper or cadre, a term that ends before it begins.
    """
    one = Case.objects.filter(pk=case.pk)
    with entry(one, stage, Act.GIVE_MANDATE, KINDS, by=by, done_on=done_on, reason=reason) as at:
        (found,) = at.cases
        rule = _rule(at.rules)
        born = _born(spec, done_on)
        _refuse_term(spec, done_on, at.rules)
        _refuse_used(found, spec.number)
        _refuse_unexplained(found, spec)
        _refuse_minor_head(at.rules, found, spec)
        adult_on = identity.birthday(born, rule.min_age)
        if adult_on > spec.valid_from:
            raise Refused(
                _("受托人未满 %d 周岁") % rule.min_age,
                place=str(found),
                value=spec.agent,
                rule=_("自 %s 起可以受托") % adult_on.isoformat(),
            )
        people = signers.gather(at, [])
        signers.refuse_officials(
            at.rules, found, spec.agent, spec.valid_from, people, part=_("受托人")
        )
        return _save(at, found, spec, adult_on)


def _save(at: Entry, case: Case, spec: MandateSpec, adult_on: date) -> Mandate:
    Mandate.valid(case=case, stage=at.stage.key).update(void_tx=at.tx)
    mandate = Mandate(
        case=case,
        stage=at.stage.key,
        tx=at.tx,
        number=spec.number,
        agent=spec.agent,
        agent_id_number=spec.agent_id_number,
        agent_phone=spec.agent_phone,
        agent_adult_on=adult_on,
        relation=spec.relation,
        reason=spec.reason,
        valid_from=spec.valid_from,
        valid_until=spec.valid_until,
        form=spec.form,
        witness=spec.witness,
        file=spec.file,
    )
    refuse_long([mandate])
    mandate.save(force_insert=True)
    facts = {"agent": spec.agent, "id_number": spec.agent_id_number}
    journal.record(Act.GIVE_MANDATE, case, "", spec.number, stage=at.stage.key, facts=facts)
    return mandate


def _rule(rules: Rules) -> Signer:
    for row in rules.household_signers:
        if row.capacity == Capacity.AGENT:
            return row
    raise Refused(_("方案不认委托代签"), rule=_("由户主或成年家庭成员本人签字"))


def _born(spec: MandateSpec, today: date) -> date:
    number = identity.clean_number(spec.agent_id_number)
    born = identity.birth_date(number) if len(number) == identity.LENGTH else None
    if identity.number_flaw(number, today) or born is None:
        raise Refused(
            _("受托人的证件号码不对"),
            place=_("受托人证件号码"),
            rule=_("18 位公民身份号码,末位校验相符"),
        )
    return born


def _refuse_term(spec: MandateSpec, done_on: date, rules: Rules) -> None:
    refuse_day(spec.valid_from, done_on, rules, _("委托期限起"))
    if spec.valid_until < spec.valid_from:
        raise Refused(
            _("委托期限的止早于起"),
            place=_("委托期限"),
            value=f"{spec.valid_from.isoformat()} – {spec.valid_until.isoformat()}",
            rule=_("止不早于起"),
        )


def _refuse_unexplained(case: Case, spec: MandateSpec) -> None:
    """A mandate is for a head who is away: without saying why, the head signs."""
    if not spec.reason.strip():
        raise Refused(
            _("委托书没有写明委托原因"),
            place=str(case),
            rule=_("由户主或成年家庭成员本人签字"),
            example=_("户主在外务工"),
        )


def _refuse_minor_head(rules: Rules, case: Case, spec: MandateSpec) -> None:
    guardian = next((r for r in rules.household_signers if r.capacity == Capacity.GUARDIAN), None)
    head = Member.objects.filter(household=case.household_id, relation=Relation.HEAD, left_on=None)
    if guardian and any(signers.minor(one, guardian, spec.valid_from) for one in head):
        raise Refused(
            _("户主不能自行委托,由监护人签字"),
            place=str(case),
            value=case.head_name,
            rule=_("户主未满 %d 周岁,由监护人签字") % guardian.min_age,
        )


def _refuse_used(case: Case, number: str) -> None:
    used = Mandate.valid(case__district=case.district, number=number).exclude(case=case.pk)
    if not number or used.exists():
        raise Refused(
            _("委托书编号没有填写或已用过"),
            place=_("委托书编号"),
            value=number,
            rule=_("每份委托书一个编号"),
            example=_("WT-2020-0003"),
        )
