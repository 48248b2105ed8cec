"""年度人均纯收入统计表 of a household: what it prints, from what is on record."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from exitcase.core import income
from exitcase.core.choices import Item, PaperKind
from exitcase.core.models import Region
from exitcase.core.papers.sheets import (
    IncomeLine,
    IncomeSection,
    IncomeSheet,
    Locality,
    Signer,
)
from exitcase.core.rules import Rules
from exitcase.core.rules_words import HeadCount
from households.choices import IncomeName
from households.models import HouseholdYear, IncomeItem
from households.register.cells import labels

TRANSFER: Final = frozenset(Item) - {
    Item.WAGES, Item.BUSINESS, Item.PROPERTY, Item.BUSINESS_COST,
}  # fmt: skip
SECTIONS: Final = (
    ("一、生产经营性收入", "生产经营性收入", frozenset({Item.BUSINESS})),
    ("二、工资性收入", "工资性收入", frozenset({Item.WAGES})),
    ("三、财产性收入", "财产性收入", frozenset({Item.PROPERTY})),
    ("四、转移性收入", "转移性收入", TRANSFER),
)
COSTS: Final = ("五、生产经营性支出", "生产经营性支出")
LEFT_OUT: Final = ("六、不计入家庭稳定脱贫收入的项目", "不计入项目合计")
DIVISORS: Final = {
    HeadCount.REGISTERED: "建档立卡登记人口",
    HeadCount.YEAR_END: "年底家庭人口",
    HeadCount.RESIDENT: "家庭常住人口",
}
SIGNERS: Final = ("户主", "帮扶责任人", "村支部书记", "驻村工作队队长")


def income_sheets(
    records: Sequence[HouseholdYear], rules: Rules, signers: Sequence[str] = SIGNERS
) -> list[IncomeSheet]:
    """One statement per record, in order; a few queries for any number.

    Figures are summed from the lines by `rules`, so that the paper adds up by itself; a record
    without a divisor prints a blank.
    """
    keys = [record.pk for record in records]
    lines: dict[int, list[IncomeItem]] = {key: [] for key in keys}
    for one in IncomeItem.objects.filter(record__in=keys).select_related("member").order_by("pk"):
        lines[one.record_id].append(one)
    places = _places(records)
    return [_sheet(one, lines[one.pk], places, rules, signers) for one in records]


def _places(records: Iterable[HouseholdYear]) -> dict[str, str]:
    villages = {record.household.village_id for record in records}
    codes = {code[:digits] for code in villages for digits in (6, 9, 12)}
    return dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))


def _sheet(
    record: HouseholdYear,
    items: Sequence[IncomeItem],
    places: dict[str, str],
    rules: Rules,
    signers: Sequence[str],
) -> IncomeSheet:
    plan = rules.income
    found = income.figures(_amounts(items), plan.items if plan else None)
    household, persons = record.household, record.persons or 0
    period = plan.period if plan else None
    divisor = plan.divisor if plan else None
    return IncomeSheet(
        label=_label(rules),
        year=record.year,
        place=_place(household.village_id, household.group, places),
        head=household.head_name,
        household_number=household.number,
        period_first=period.first if period else None,
        period_last=period.last if period else None,
        **_sections(items, rules),
        gross=found.gross,
        net=found.net,
        persons=persons,
        persons_note=DIVISORS[divisor.notion] if divisor else "",
        per_head=int(income.per_head(found.net, persons) * 100) if persons else None,
        standard=_standard(rules),
        signers=tuple(Signer(role=role) for role in signers),
    )


def _amounts(items: Iterable[IncomeItem]) -> list[tuple[Item, int]]:
    return [(Item(one.item), one.amount_fen) for one in items]


def _label(rules: Rules) -> str:
    if not rules.has_paper(PaperKind.INCOME_STATEMENT):
        return ""
    return rules.paper(PaperKind.INCOME_STATEMENT).number


def _standard(rules: Rules) -> str:
    """The plan's own sentence on income, where an indicator says it."""
    return next((one.standard for one in rules.indicators if one.key == "income"), "")


def _place(village: str, group: str, places: dict[str, str]) -> Locality:
    return Locality(
        county=places.get(village[:6], ""),
        township=places.get(village[:9], ""),
        village=places.get(village, ""),
        group=group.removeprefix("第").removesuffix("组"),
    )


def _sections(items: Sequence[IncomeItem], rules: Rules) -> dict[str, Any]:
    """The three groups of sections, by the sheet's names."""
    plan = rules.income.items if rules.income else None
    counts = frozenset(plan.counted if plan else Item) - {Item.BUSINESS_COST}
    left_out = frozenset(Item) - counts - {Item.BUSINESS_COST}
    return {
        "counted": tuple(
            _section(title, total, items, kinds & counts) for title, total, kinds in SECTIONS
        ),
        "costs": _section(*COSTS, items, frozenset({Item.BUSINESS_COST})),
        "left_out": _section(*LEFT_OUT, items, left_out),
    }


def _section(
    title: str, sum_title: str, items: Iterable[IncomeItem], kinds: frozenset[Item]
) -> IncomeSection:
    lines = tuple(_line(one) for one in items if Item(one.item) in kinds)
    return IncomeSection(
        title=title, sum_title=sum_title, lines=lines, total=sum(one.amount for one in lines)
    )


def _line(one: IncomeItem) -> IncomeLine:
    return IncomeLine(
        item=labels(IncomeName)[one.item],
        detail=one.detail,
        person=one.member.name if one.member else "",
        quantity=one.quantity,
        amount=one.amount_fen,
        proof=one.proof,
    )
