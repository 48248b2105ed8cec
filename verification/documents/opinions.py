"""C1–C5 of 附件1: what village, household, township and district put under it."""

from typing import Final

from exitcase.core.choices import (
    Capacity,
    Finding,
    Level,
    Mode,
    Post,
    SignMark,
    StageKind,
)
from exitcase.core.papers.sheets import Appraisal, Check, Consent, Inspection, Signer
from exitcase.core.rules import Stage
from exitcase.core.words import chinese
from verification.documents.common import signer, slots
from verification.documents.dossier import Dossier
from verification.models import Hit
from verification.models import Inspection as Visit

VISITS: Final = (StageKind.CHECK, StageKind.DRAW_CHECK)
VERDICTS: Final = {
    Hit.Verdict.CLEARED.value: "已核实,不影响退出",
    Hit.Verdict.NOT_MET.value: "已核实,未达标",
    Hit.Verdict.UNVERIFIED.value: "逾期未核实",
}


def appraisal(one: Dossier) -> Appraisal | None:
    """C1 村民主评议意见: the last meeting that voted on the household."""
    stage = one.last_stage([StageKind.MEETING])
    if stage is None:
        return None
    signers = slots(stage, one.signed_at(stage))
    if not one.votes:
        return Appraisal(signers=signers)
    vote = one.votes[-1]
    return Appraisal(
        on=vote.meeting.held_on,
        due=vote.meeting.expected,
        came=vote.meeting.present,
        withdrew=vote.recused,
        yes=vote.yes,
        no=vote.no,
        abstained=vote.abstained,
        agreed=one.carried,
        signers=signers,
    )


def consent(one: Dossier) -> Consent:
    """C2 贫困户确认: who signed for the household, by what right, or that it would not."""
    signed = one.signed_by(Post.HOUSEHOLD)
    if signed is None:
        return Consent()
    return Consent(
        agreed=not signed.refused,
        reason=one.case.end_note if signed.refused else "",
        capacity=Capacity(signed.capacity) if signed.capacity else None,
        relation=signed.relation,
        mandate=signed.mandate.number if signed.mandate else "",
        signer=None if signed.refused else signer(signed),
        fingerprint=signed.mark == SignMark.FINGERPRINT,
        witness=signed.witness,
    )


def helper_signer(one: Dossier) -> Signer | None:
    """C3 帮扶责任人; None where the plan does not ask for it."""
    asked = any(stage.signers and Post.HELPER in stage.signers.slots for stage in one.rules.chain)
    signed = one.signed_by(Post.HELPER)
    if signed and not signed.refused:
        return signer(signed)
    return Signer(role=chinese(Post.HELPER)) if asked else None


def check(one: Dossier) -> Check | None:
    """C4 乡镇核实意见, beside what the village had judged."""
    stage = one.last_stage(VISITS, Level.TOWNSHIP)
    if stage is None:
        return None
    visit = one.visit_at(stage)
    differing = _differing(one) if visit else None
    return Check(
        on=visit.done_on if visit else None,
        mode=_mode(visit),
        consistent=None if differing is None else not differing,
        differing="、".join(differing or ()),
        met=_met(visit),
        reason=_short(one, visit),
        signers=slots(stage, one.signed_at(stage)),
        sealer=_organ(one, stage),
    )


def inspection(one: Dossier) -> Inspection | None:
    """C5 区抽查意见, with what the comparison of registers raised."""
    stage = one.last_stage(VISITS, Level.DISTRICT)
    if stage is None:
        return None
    visit = one.visit_at(stage)
    return Inspection(
        on=visit.done_on if visit else None,
        mode=_mode(visit),
        team=_organ(one, stage),
        anomaly=_anomaly(one),
        anomaly_result="；".join(_verdict(hit) for hit in one.hits),
        met=_met(visit),
        reason=_short(one, visit),
        signers=slots(stage, one.signed_at(stage)),
        sealer=_organ(one, stage),
    )


def _differing(one: Dossier) -> list[str] | None:
    """Numbers of the indicators on which village and township differ; None: not both judged."""
    village, township = one.results(Level.VILLAGE), one.results(Level.TOWNSHIP)
    if not village or not township:
        return None
    return [
        str(number)
        for number, key in enumerate(one.rules.indicator_keys, 1)
        if key in village and key in township and village[key] != township[key]
    ]


def _mode(visit: Visit | None) -> str:
    return chinese(Mode(visit.mode)) if visit else ""


def _met(visit: Visit | None) -> bool | None:
    return None if visit is None else visit.finding == Finding.MET


def _short(one: Dossier, visit: Visit | None) -> str:
    """Which indicators a visit found short, or the visitors' own words."""
    if visit is None or visit.finding == Finding.MET:
        return ""
    short = {row.indicator for row in one.judged if row.inspection_id == visit.pk and not row.met}
    titles = [row.title for row in one.rules.indicators if row.key in short]
    return visit.note or "、".join(titles)


def _organ(one: Dossier, stage: Stage) -> str:
    return one.rules.organ(stage.actor).title


def _anomaly(one: Dossier) -> bool | None:
    """Whether the comparison raised anything; None while a bureau has not answered."""
    if one.hits:
        return True
    answered = [row.run.answered_on for row in one.compared]
    return False if answered and all(answered) else None


def _verdict(hit: Hit) -> str:
    return f"{hit.detail}：{VERDICTS.get(hit.verdict, '核实中')}"
