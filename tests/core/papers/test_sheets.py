from dataclasses import replace
from datetime import date

import pytest

from exitcase.core.papers.facts import canonical, facts_sha256, texts
from exitcase.core.papers.sheets import (
    Bridge,
    BridgeColumn,
    BridgeRow,
    Column,
    Count,
    Imprint,
    Table,
)
from tests.core.papers import more_samples as more
from tests.core.papers import other_samples as other
from tests.core.papers import samples


def test_counts_add_and_subtract():
    assert Count(3, 10) + Count(1, 2) - Count(2, 5) == Count(2, 7)


def test_a_list_that_does_not_sum_cannot_be_built():
    sheet = more.public_list(3)
    with pytest.raises(ValueError, match="名单人口合计为99，但各行相加为11"):
        replace(sheet, total=Count(3, 99))
    with pytest.raises(ValueError, match="名单户数合计为4，但各行相加为3"):
        replace(sheet, total=Count(4, 11))


def test_a_bridge_that_does_not_sum_cannot_be_built():
    columns = (BridgeColumn(title="村送审", sign=1), BridgeColumn(title="镇送审", sign=0))
    row = BridgeRow(name="石桥村", counts=(Count(3, 10), Count(2, 8)))
    with pytest.raises(ValueError, match="衔接表“石桥村”一行不平"):
        Bridge(title="", unit="村", columns=columns, rows=(row,))


def test_a_submission_equals_its_bridge():
    with pytest.raises(ValueError, match="与送审数"):
        replace(more.village_submission(), submitted=Count(68, 230))


def test_an_income_statement_sums():
    sheet = other.income()
    with pytest.raises(ValueError, match="家庭稳定纯收入合计为1"):
        replace(sheet, net=1)
    with pytest.raises(ValueError, match="一、生产经营性收入合计为5"):
        replace(sheet.counted[0], total=5)


def test_a_table_has_as_many_cells_as_columns():
    with pytest.raises(ValueError, match="有1列，一行有2格"):
        Table(title="甲", columns=(Column(title="乙"),), rows=((1, 2),))


def test_every_level_judges_every_indicator():
    sheet = samples.acceptance()
    with pytest.raises(ValueError, match="指标1的结论数与认定级数不同"):
        replace(sheet, levels=("村",))


def test_facts_leave_out_the_imprint_and_nothing_else():
    sheet = samples.acceptance()
    again = replace(sheet, imprint=Imprint(title="别的", number="1", version=2))
    assert facts_sha256(sheet) == facts_sha256(again)
    assert facts_sha256(sheet) != facts_sha256(replace(sheet, able=5))
    assert "990412100203017" in canonical(sheet)
    assert '"on":"2020-10-09"' in canonical(sheet)


def test_texts_reach_every_depth():
    sheet = replace(more.notice(2), on=date(2020, 10, 10))
    found = set(texts(sheet))
    assert {"彭桂", "0000-0000200", "三组晒谷坪", "2020年度贫困户脱贫村级公示"} <= found
