"""批转: what was decided is passed on to a village, for the households of one of its lists."""

from collections.abc import Iterator

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets import ActSheet
from exitcase.core.rules import Delivery, Rules, Stage
from exitcase.core.rules_papers import DECISIONS, printed_as
from publicity.documents import steps_before
from verification.documents.acts import count_of, of_year, rows_of, scope_of
from verification.documents.common import label, places_of, title
from verification.models import Batch, Decision, DecisionItem, StageRecord

KIND = PaperKind.TRANSFER


def transfer_sheet(batch: Batch) -> ActSheet | None:
    """The letter for a list: number and day are blank until it went; None while nothing is decided.

    Also None in a plan that passes no decision on.
    """
    rules = batch.rules
    sent = next(_passed_on(rules), None)
    items = list(
        DecisionItem.valid(case__batch=batch, approved=True, decision__decided_on__isnull=False)
        .select_related("case__household", "case__batch", "decision")
        .order_by("seq")
    )
    if sent is None or not items:
        return None
    stage, row = sent
    sender, places = rules.organ(row.sender).title, places_of([batch.village_id])
    went = StageRecord.objects.filter(batch=batch, stage=stage.key, key=KIND).first()
    decision = items[-1].decision
    return ActSheet(
        kind=KIND,
        label=label(rules, KIND),
        organ=sender,
        year=rules.year,
        masthead=f"{sender}文件",
        document_number=went.note if went else "",
        title=(sender, f"关于批转{of_year(rules)}贫困户退出批复的通知"),
        addressee=f"{places[batch.village_id]}{rules.organ(row.receiver).title}",
        basis=rules.title,
        steps=steps_before(rules, decision.stage),
        scope=scope_of(places, items),
        granted=count_of(items),
        verb="获准退出",
        reference=_decision(rules, decision),
        attachment=f"{of_year(rules)}贫困户退出名单",
        sealer=sender,
        on=went.done_on if went else None,
        rows=rows_of(items, places, renumber=True),
    )


def _passed_on(rules: Rules) -> Iterator[tuple[Stage, Delivery]]:
    return ((stage, row) for stage in rules.chain for row in stage.delivery if row.paper == KIND)


def _decision(rules: Rules, decision: Decision) -> str:
    """「县扶贫开发领导小组《批复》（文号）」."""
    kind = printed_as(DECISIONS, rules.stage(decision.stage))
    return f"{rules.organ(decision.organ).title}《{title(rules, kind)}》（{decision.number}）"
