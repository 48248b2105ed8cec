"""Who signs a form: the holders of posts, the helper, the household by itself or by another."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from exitcase.core.choices import Act, Capacity, PaperKind, Post, SignMark, StageKind
from exitcase.core.models import StoredFile
from exitcase.core.rules import Stage
from exitcase.walk import props, records
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Told, Trouble
from verification.models import Case, Mandate
from verification.services import mandates
from verification.services.specs import MandateSpec, SignSpec

AGENT_AWAY, AGENT_IS = "在外务工,节前不能返乡", "侄子"
MANDATE_TERM: Final = timedelta(days=90)
BESIDE_THE_FORM: Final = (PaperKind.MINUTES, PaperKind.MANDATE)


@dataclass(frozen=True, slots=True)
class Form:
    """One page that is signed at a stage, its scan, and the day that stands on it."""

    stage: Stage
    scan: StoredFile
    day: date

    @property
    def paper(self) -> PaperKind:
        """Which of the stage's papers is signed for a household."""
        forms = [kind for kind in self.stage.papers if kind not in BESIDE_THE_FORM]
        return forms[0] if forms else PaperKind.ACCEPTANCE_FORM


def marks(wave: WaveOfLists, case: Case, form: Form) -> list[SignSpec]:
    """What every slot of the stage's form holds of a household."""
    return [
        _of_household(wave, case, form)
        if slot == Post.HOUSEHOLD
        else _of_post(wave, case, slot, form)
        for slot in form.stage.need("signers").slots
    ]


def _of_household(wave: WaveOfLists, case: Case, form: Form) -> SignSpec:
    trouble = wave.walk.fate.of_case.get(case.pk)
    if trouble == Trouble.SIGNED_BY_AGENT:
        return _by_agent(wave, case, form)
    if trouble == Trouble.SIGNED_BY_GUARDIAN:
        return _by_guardian(wave, case, form)
    finger = trouble == Trouble.SIGNED_BY_FINGERPRINT
    if finger:
        tell(wave, case, form, SignMark.FINGERPRINT)
    return SignSpec(
        slot=Post.HOUSEHOLD,
        paper=form.paper,
        signer=case.head_name,
        capacity=Capacity.HEAD,
        signed_on=form.day,
        scan=form.scan,
        refused=trouble == Trouble.REFUSES_TO_SIGN and form.stage.kind == StageKind.CONSENT,
        mark=SignMark.FINGERPRINT if finger else SignMark.HAND,
        witness=_witness(wave, case) if finger else "",
    )


def _of_post(wave: WaveOfLists, case: Case, slot: Post, form: Form) -> SignSpec:
    """What the holder of a post, or the helper, writes on the household's form."""
    signer = _signer(wave, case, slot)
    return SignSpec(slot=slot, paper=form.paper, signer=signer, signed_on=form.day, scan=form.scan)


def _signer(wave: WaveOfLists, case: Case, slot: Post) -> str:
    """Of several holders the one who goes to that village."""
    if slot == Post.HELPER:
        return case.household.helper_name
    return wave.walk.cast.visitors(case.village_id, [slot])[0][0]


def tell(wave: WaveOfLists, case: Case, form: Form, code: str) -> None:
    """Tell the case's trouble, of the form that is signed; once, however often it is signed."""
    fate, number = wave.walk.fate, case.household.number
    told = Told(fate.of_case[case.pk], number, form.stage.key, code, form.paper)
    if told not in fate.told:
        fate.told.append(told)


def _witness(wave: WaveOfLists, case: Case) -> str:
    """Neither helper nor cadre."""
    return wave.walk.cast.holders(case.village_id, Post.VILLAGE_REP)[0].name


# ── by another ────────────────────────────────────────────────────────────────────────────────


def _by_guardian(wave: WaveOfLists, case: Case, form: Form) -> SignSpec:
    """Somebody grown up of the household, where its head cannot act."""
    guardian = records.guardian(case)
    assert guardian is not None  # noqa: S101  # dealt only where there is one
    tell(wave, case, form, Capacity.GUARDIAN)
    return SignSpec(
        slot=Post.HOUSEHOLD,
        paper=form.paper,
        signer=guardian.name,
        capacity=Capacity.GUARDIAN,
        relation=guardian.get_relation_display(),
        signed_on=form.day,
        scan=form.scan,
    )


def _by_agent(wave: WaveOfLists, case: Case, form: Form) -> SignSpec:
    name, number = props.stranger(case.pk)
    mandate = Mandate.valid(case=case).first() or _mandate(wave, case, form.stage, name, number)
    return SignSpec(
        slot=Post.HOUSEHOLD,
        paper=form.paper,
        signer=name,
        capacity=Capacity.AGENT,
        relation=AGENT_IS,
        mandate=mandate,
        signed_on=form.day,
        scan=form.scan,
    )


def _mandate(wave: WaveOfLists, case: Case, stage: Stage, name: str, number: str) -> Mandate:
    walk = wave.walk
    by = walk.actor(Act.GIVE_MANDATE, stage, case.village_id)
    spec = MandateSpec(
        number=f"WT-{case.number}",
        agent=name,
        agent_id_number=number,
        relation=AGENT_IS,
        reason=AGENT_AWAY,
        valid_from=walk.today,
        valid_until=walk.today + MANDATE_TERM,
        witness=_witness(wave, case),
        file=props.scan("委托书", case.village_id, by),
    )
    mandate = mandates.give_mandate(case, stage.key, spec, by=by, done_on=walk.today)
    whose = case.household.number
    walk.fate.tell(Trouble.SIGNED_BY_AGENT, whose, stage.key, Capacity.AGENT, PaperKind.MANDATE)
    return mandate
