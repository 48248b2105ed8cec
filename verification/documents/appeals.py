"""异议申诉答复书: what was asked, who looked into it, what it came to, and what follows.

Without who objected, and without their words: the village reads it too.
"""

from typing import Final

from exitcase.core.choices import ENDS, Act, End, PaperKind
from exitcase.core.models import Entry
from exitcase.core.papers.sheets import Facts, Pair, Prose, RecordSheet, Signer, Signing
from exitcase.core.rules_words import Redress
from publicity.choices import ObjectionKind, Outcome
from publicity.models import Objection
from publicity.queries import TRIGGERS, answering_organ
from verification.documents.common import label, places_of
from verification.documents.letters import cited
from verification.models import Case

MOOT: Final = "moot"  # the household has gone on since: nothing to put right
FOLLOWS: Final = {
    Redress.RELIST: "重新列入补充批次，自第一个环节起按程序办理。",
    Redress.RESTORE: "撤销本次退出认定，恢复退出前的身份，并撤销系统中的脱贫标识。",
}


def reply_sheet(objection: Objection, case: Case) -> RecordSheet:
    """The reply to one answered objection or appeal against `case`."""
    rules = case.batch.rules
    kind = ObjectionKind(objection.kind)
    organ = answering_organ(rules, kind)
    village = places_of([case.village_id]).get(case.village_id, "")
    office = organ.title if organ else village
    pairs = [
        Pair(label="受理编号", value=objection.number),
        Pair(label="受理日期", value=objection.received_on),
        Pair(label="事项", value=str(kind.label) + ("（逾期受理）" if objection.late else "")),
        Pair(label="所涉户", value=case.head_name),
        Pair(label="户编号", value=case.household.number),
        Pair(label="办理机关", value=office),
        Pair(label="结果", value=str(Outcome(objection.outcome).label)),
        Pair(label="答复文号", value=objection.answer_number or objection.number),
        Pair(label="答复日期", value=objection.answered_on),
    ]
    return RecordSheet(
        kind=PaperKind.APPEAL_REPLY,
        label=label(rules, PaperKind.APPEAL_REPLY),
        organ=office,
        sections=(
            Facts(pairs=tuple(pairs)),
            Prose(title="核查结论", paragraphs=(objection.conclusion,)),
            Prose(title="处理", paragraphs=tuple(_handling(objection, case))),
            Signing(
                signers=tuple(
                    Signer(role="核查人", name=name) for name in objection.checkers.split("、")
                ),
                sealer=office,
            ),
        ),
    )


def _moot(objection: Objection, case: Case) -> bool:
    """Whether the household had gone on by the time of the answer: the journal tells."""
    told = Entry.objects.filter(
        act=Act.ANSWER_OBJECTION, subject="case", subject_id=str(case.pk), became=MOOT
    )
    return told.filter(reason__startswith=f"{objection.number} ").exists()


def _handling(objection: Objection, case: Case) -> list[str]:
    rules, kind = case.batch.rules, ObjectionKind(objection.kind)
    clauses = [row.clause for row in rules.rechecks if row.trigger == TRIGGERS[kind]]
    said = [f"依据：{cited(rules, clauses[0])}"] if clauses else []
    if objection.outcome == Outcome.DISMISSED:
        return ["异议（申诉）不成立，原办理结果不变。", *said]
    remedy = rules.remedy(End(case.state)) if case.state in ENDS else None
    if kind == ObjectionKind.OBJECTION or remedy is None:
        return ["异议（申诉）成立，按方案办理。", *said]
    if _moot(objection, case):
        return ["异议（申诉）成立。该户此后已另行办理，不再重复处理。", *said]
    return [FOLLOWS[remedy.then], *said, f"处理依据：{cited(rules, remedy.clause)}"]
