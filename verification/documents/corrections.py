"""更正单: what stood on the papers, what stands there now, why, and who put their names to it."""

from typing import Final

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets import (
    Column,
    Facts,
    Pair,
    Prose,
    RecordSheet,
    Signer,
    Signing,
    Table,
)
from exitcase.core.rules import FactClass, Rules
from verification.documents.common import label, places_of
from verification.documents.letters import cited
from verification.models import Correction

CLASSES: Final = {
    FactClass.CLERICAL: "文字更正：原有签字、核查继续有效",
    FactClass.PUBLIC: "公示事项更正：已公示的，划去原条目，重新公示",
    FactClass.MATERIAL: "实质事项更正：退回首次载明该事项的环节重新办理",
}
COLUMNS: Final = (
    Column(title="更正事项", width=2),
    Column(title="更正前", width=3, left=True),
    Column(title="更正后", width=3, left=True),
)


def correction_sheet(one: Correction) -> RecordSheet:
    """One 更正单, also while it waits for its second signature; numbers in full, as on 附件1."""
    case = one.case
    rules: Rules = case.batch.rules
    place = places_of([case.village_id])
    return RecordSheet(
        kind=PaperKind.CORRECTION_SHEET,
        label=label(rules, PaperKind.CORRECTION_SHEET),
        organ=place.get(case.village_id, ""),
        sections=(
            Facts(
                pairs=(
                    Pair(label="户主", value=case.head_name),
                    Pair(label="户编号", value=case.household.number),
                    Pair(label="村民小组", value=case.group),
                    Pair(label="所在环节", value=rules.stage(one.stage).title),
                )
            ),
            Table(
                columns=COLUMNS,
                rows=tuple((line.label, line.was, line.became) for line in one.lines),
            ),
            Prose(title="更正原因", paragraphs=(one.reason,)),
            Prose(title="处理", paragraphs=(_handling(one, rules),)),
            Signing(
                signers=(
                    Signer(role="填写人", name=one.entered_by.name, on=one.entered_on),
                    Signer(
                        role="确认人",
                        name=one.confirmed_by.name if one.confirmed_by else "",
                        on=one.confirmed_on,
                    ),
                )
            ),
        ),
    )


def _handling(one: Correction, rules: Rules) -> str:
    said = CLASSES[FactClass(one.kind)]
    back = f"；自“{rules.stage(one.redone_from).title}”起重新办理" if one.redone_from else ""
    clauses = [row.clause for row in rules.corrections if row.kind == one.kind]
    return f"{said}{back}。依据：{cited(rules, clauses[0])}"
