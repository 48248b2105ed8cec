"""Money in 分: the rows of DOMAIN 10.6, and the sums against a second way of adding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitcase.core import income
from exitcase.core.choices import Basis, Item
from exitcase.core.rules_tables import Clause, Items
from exitcase.core.rules_words import Op

FEN = st.integers(0, 10**9)
ITEMS = Items(
    counted=(Item.WAGES, Item.BUSINESS, Item.PENSION),
    left_out=(Item.LOAN,),
    clause=Clause("x"),
    basis=Basis.RECONSTRUCTED,
)


@pytest.mark.parametrize(
    ("net_fen", "op", "line_fen", "shown", "passes"),
    [
        (1_600_000, Op.ABOVE, 400_000, "4000.00", False),  # must exceed
        (1_600_004, Op.ABOVE, 400_000, "4000.01", True),
        (1_600_001, Op.ABOVE, 400_000, "4000.00", True),  # shown rounded, compared exactly
        (1_800_000, Op.AT_LEAST, 450_000, "4500.00", True),
        (1_799_999, Op.AT_LEAST, 450_000, "4500.00", False),
    ],
)
def test_rows_of_the_domain(net_fen, op, line_fen, shown, passes) -> None:
    assert str(income.per_head(net_fen, 4)) == shown
    assert op.holds(net_fen, line_fen * 4) is passes


def test_the_scheme_decides_what_counts() -> None:
    amounts = [(Item.WAGES, 1_000_000), (Item.PENSION, 300_000)]
    without = Items(
        counted=(Item.WAGES,),
        left_out=(Item.PENSION,),
        clause=Clause("x"),
        basis=Basis.RECONSTRUCTED,
    )
    assert income.figures(amounts, ITEMS).net == 1_300_000
    assert income.figures(amounts, without).net == 1_000_000
    assert income.figures(amounts, None).net == 1_300_000


def test_costs_are_deducted_and_what_no_plan_names_is_left_out() -> None:
    found = income.figures(
        [
            (Item.BUSINESS, 500),
            (Item.BUSINESS_COST, 700),
            (Item.LOAN, 40),
            (Item.DONATION, 2),
            (Item.BUSINESS, 1),
        ],
        ITEMS,
    )
    assert found == income.Figures(gross=501, cost=700, left_out=42)
    assert found.net == -199


@given(st.lists(st.tuples(st.sampled_from(Item), FEN), max_size=30))
def test_sums_equal_a_second_count(amounts) -> None:
    found = income.figures(amounts, ITEMS)
    assert found.gross == sum(f for i, f in amounts if i in ITEMS.counted)
    assert found.gross + found.cost + found.left_out == sum(f for _, f in amounts)


@given(st.integers(-(10**9), 10**12), st.integers(1, 12))
def test_a_head_is_rounded_half_up(net: int, persons: int) -> None:
    exact = Fraction(net, persons)
    floor = exact.numerator // exact.denominator
    rest = exact - floor
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and net > 0)
    assert income.per_head(net, persons) * 100 == floor + up


def test_nobody_has_no_income_a_head() -> None:
    with pytest.raises(ZeroDivisionError):
        income.per_head(100, 0)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("16,000.50元", 1_600_050),
        ("16000", 1_600_000),
        ("0", 0),
        ("0.1", 10),
        ("12.345", None),
        ("-1", None),
        ("", None),
        ("一千", None),
        ("NaN", None),
        ("1e99", None),
        ("Infinity", None),
        ("100000000000", 10**13),
        ("100000000000.01", None),
    ],
)
def test_reading_a_sum(text: str, fen: int | None) -> None:
    assert income.fen(text) == fen


@given(FEN)
def test_a_printed_sum_is_read_back(fen: int) -> None:
    assert income.fen(str(income.yuan(fen))) == fen
    assert isinstance(income.yuan(fen), Decimal)
