"""衔接表 as printed, from the figures a submission has frozen."""

from collections.abc import Mapping
from typing import Any, Final

from exitcase.core.papers.sheets import Bridge, BridgeColumn, BridgeRow, Count
from verification.models import Submission

INCOMING: Final = {"listed": "列入名单", "sent_below": "下级送审"}
RESULT: Final = "submitted"
TITLES: Final[Mapping[str, str]] = {
    **INCOMING,
    "voted_down": "评议未通过",
    "not_consented": "户未认可",
    "check_failed": "核实未达标",
    "not_met_household": "未核实",
    "objection_upheld": "异议成立",
    "otherwise": "其他不予退出",
    "withdrawn": "撤回",
    "ceased": "终止",
    "waiting": "尚未报",
    "sent_before": "以前已报",
    RESULT: "本次送审",
}


def bridge_of(submission: Submission) -> Bridge | None:
    """The bridge of a submission; None of a zero report without a list. Empty columns drop out."""
    frozen: dict[str, Any] = submission.bridge
    rows = frozen.get("rows", [])
    if not rows:
        return None
    columns = [str(key) for key in frozen["columns"]]
    kept = [at for at, key in enumerate(columns) if _kept(key, at, rows)]
    return Bridge(
        title="送审数字衔接表",
        unit="单位",
        columns=tuple(
            BridgeColumn(title=TITLES[columns[at]], sign=_sign(columns[at])) for at in kept
        ),
        rows=tuple(
            BridgeRow(name=row["name"], counts=tuple(Count(*row["counts"][at]) for at in kept))
            for row in rows
        ),
        note="注：本次送审数＝首列－其余各列，并与名单合计行相符。",
    )


def _kept(key: str, at: int, rows: list[dict[str, Any]]) -> bool:
    return key in INCOMING or key == RESULT or any(row["counts"][at][0] for row in rows)


def _sign(key: str) -> int:
    if key in INCOMING:
        return 1
    return 0 if key == RESULT else -1
