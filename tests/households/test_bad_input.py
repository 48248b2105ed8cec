"""Bad input: each mistake gets its own plain answer, at its cell, and changes nothing else."""

from datetime import timedelta

import pytest

from exitcase.core import clock, journal
from exitcase.core.identity import check_character
from households.models import Household, Member
from households.services import import_register, set_status
from tests.households.conftest import VILLAGES, Edited, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(regions) -> Edited:
    return Edited(register(100, seed=3))


def codes(book: Edited) -> set[str]:
    result = import_register(book.data(), year=2020)
    assert result.households.balanced
    assert result.persons.balanced
    assert Member.objects.count() == result.persons.created
    return {fault.code for fault in result.faults}


def only_fault(book: Edited):
    result = import_register(book.data(), year=2020)
    assert result.households.rejected == 1
    (fault,) = result.faults
    return fault


def valid(digits: str) -> str:
    return digits + check_character(digits)


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("证件号码", "990000600101001", "这是 15 位旧号码:请按户口簿或二代身份证填写 18 位号码"),
        ("证件号码", "99000019600101001", "应为 18 位,现为 17 位"),
        ("证件号码", "990000196013010010", "第 7 到 14 位不是有效的出生日期"),
        ("证件号码", "99000019600101001Y", "前 17 位应为数字,末位为数字或 X"),
        (
            "证件号码",
            990000196001010020,
            "号码被存成了数字,末几位已丢失:请先把本列设为文本,再重新填写",
        ),
        ("姓名", "王\ue863", "含有自造字 U+E863,别的电脑显示不出:请改用国标字"),
        ("姓名", "Li Lei", "填 2 到 25 个汉字,少数民族姓名中间可用 ·"),
        ("姓名", None, "不能为空:与身份证一致的汉字姓名"),
        ("民族", "火星族", None),
        ("务工时间(月)", 13, "填 0 到 12 的整数"),
        ("户联系电话", "12345", "填 11 位手机号码,或带区号的固定电话"),
        ("是否参加大病保险", "也许", "只能填:是、否"),
        ("首次识别时间", "去年", "填四位年份,例如 2014"),
        ("残疾证号", "123", "应为 18 位证件号码加 1 位类别(1–7)和 1 位等级(1–4)"),
        ("脱贫属性", "脱了", None),
        ("致贫原因1", "懒", None),
        ("人均纯收入", "1.234", "以元为单位,填不小于 0 的数字,最多两位小数"),
    ],
)
def test_bad_cell_is_told_at_its_place(book, heading, value, message) -> None:
    (row, *_rest) = book.rows_of(1)
    book.put(heading, value, row)
    fault = only_fault(book)
    assert (fault.sheet, fault.row, fault.heading) == ("人口信息", row, heading)
    assert fault.cell == book.cell(heading, row).coordinate
    if message:
        assert fault.message == message


def test_wrong_check_digit_is_told(book) -> None:
    number = book.cell("证件号码").value
    book.put("证件号码", number[:-1] + ("0" if number[-1] != "0" else "1"))
    fault = only_fault(book)
    assert fault.message == "校验位不符,请逐位核对"
    assert number[6:14] not in fault.value


def test_full_width_digits_are_folded_with_a_note(book) -> None:
    number = book.cell("证件号码").value
    book.put("证件号码", "".join(chr(ord(c) + 0xFEE0) for c in number))
    result = import_register(book.data(), year=2020)
    assert result.faults == []
    assert [warning.code for warning in result.warnings] == ["folded"]
    assert Member.objects.filter(number=book.cell("人编号").value).get().id_number == number


def test_two_heads(book) -> None:
    row = book.rows_of(2)[1]
    assert "two_heads" in codes(book.put("与户主关系", "户主", row))


def test_no_head(book) -> None:
    row = book.rows_of(1)[0]
    assert codes(book.put("与户主关系", "其他", row)) == {"no_head"}


def test_sex_and_birth_disagree_with_the_number(book) -> None:
    row = book.rows_of(1)[0]
    other = "女" if book.cell("性别", row).value == "男" else "男"
    book.put("性别", other, row).put("出生日期", "1950-02-03", row)
    assert codes(book) == {"sex_conflict", "born_conflict"}


def test_relation_disagrees_with_sex(book) -> None:
    row = next(row for row in range(2, 102) if book.cell("与户主关系", row).value == "之子")
    assert codes(book.put("与户主关系", "之女", row)) == {"relation_sex"}


def test_born_in_the_future(book) -> None:
    row = book.rows_of(1)[0]
    soon = clock.today() + timedelta(days=40)
    number = valid(f"990000{soon:%Y%m%d}001")
    book.put("证件号码", number, row).put("出生日期", None, row).put("性别", None, row)
    assert codes(book.put("残疾证号", None, row)) == {"born_in_future"}


def test_same_person_twice_in_one_household(book) -> None:
    first, second = book.rows_of(2)
    for heading in ("证件号码", "性别", "出生日期", "残疾证号"):
        book.put(heading, book.cell(heading, first).value, second)
    assert "same_person" in codes(book)


def test_same_number_in_two_households_is_an_anomaly(book) -> None:
    one = book.rows_of(1)[0]
    two = book.rows_of(2)[0]
    for heading in ("证件号码", "性别", "出生日期"):
        book.put(heading, book.cell(heading, one).value, two)
    for row in (one, two):
        book.put("残疾证号", None, row)
    result = import_register(book.data(), year=2020)
    assert result.faults == []
    assert [w.code for w in result.warnings] == ["duplicate_number", "duplicate_number"]
    assert Member.objects.filter(duplicate=True).count() == 2
    again = import_register(book.data(), year=2020)
    assert again.persons.unchanged == 100


def test_same_number_as_somebody_on_record(regions) -> None:
    import_register(register(30, seed=3), year=2020)
    known = Member.objects.filter(household__persons=1).first()
    book = Edited(register(1, seed=9))
    book.put("户编号", "99X").put("人编号", "99X01")
    book.put("户编号", "99X", 2, "条件")
    for row in range(2, book.book["收入"].max_row + 1):
        book.put("户编号", "99X", row, "收入").put("人编号", None, row, "收入")
    book.put("证件号码", known.id_number).put("性别", None).put("出生日期", None)
    book.put("残疾证号", None)
    result = import_register(book.data(), year=2020)
    assert result.faults == []
    assert [w.code for w in result.warnings] == ["duplicate_number"]
    assert Member.objects.filter(id_index=known.id_index, duplicate=True).count() == 2


def test_unknown_village(book) -> None:
    row = book.rows_of(1)[0]
    book.put("行政村", "无此村", row).put("行政村代码", None, row)
    assert codes(book) == {"unknown_village"}


def test_village_name_disagrees_with_its_code(book) -> None:
    row = book.rows_of(1)[0]
    assert codes(book.put("行政村", "北坪村", row)) == {"unknown_village"}


@pytest.mark.parametrize("name", ["东坪村", "东坪", "东坪村民委员会"])
def test_village_is_found_by_name_alone(regions, name) -> None:
    book = Edited(register(1, seed=2)).put("行政村", name).put("行政村代码", None)
    assert import_register(book.data(), year=2020).faults == []
    assert Household.objects.get().village_id == VILLAGES[0]


def test_disability_card_of_another_number(book) -> None:
    row = book.rows_of(1)[0]
    book.put("残疾证号", valid("99000019500101001") + "41", row)
    assert codes(book) == {"card_mismatch"}


def test_count_of_persons_differs(book) -> None:
    assert codes(book.put("人数", 5, book.rows_of(1)[0])) == {"persons_differ"}


def test_rows_of_one_household_disagree(book) -> None:
    row = book.rows_of(2)[1]
    assert codes(book.put("贫困户属性", "五保户", row)) == {"household_differs"}


def test_income_of_a_household_that_is_not_there(book) -> None:
    book.book["收入"].append(["77", "工资性收入", "", "", "", 100, ""])
    assert codes(book) == {"unknown_household"}


def test_income_of_a_stranger(book) -> None:
    book.put("人编号", "123", 2, "收入")
    assert codes(book) == {"unknown_member"}


def test_formula_is_refused_with_its_cell(book) -> None:
    row = book.rows_of(1)[0]
    book.put("人均纯收入", "=1+1", row)
    result = import_register(book.data(), year=2020)
    assert [(f.code, f.cell) for f in result.faults] == [
        ("formula", book.cell("人均纯收入", row).coordinate)
    ]
    assert result.persons.rejected == result.persons.read == 100
    assert not Household.objects.exists()


def test_missing_column_is_named(regions) -> None:
    book = Edited(register(3))
    book.put("与户主关系", "关系", 1)
    result = import_register(book.data(), year=2020)
    assert [(f.code, f.heading) for f in result.faults] == [("heading_missing", "与户主关系")]
    assert not Household.objects.exists()


def test_row_without_a_readable_household_number_is_counted(book) -> None:
    (row,) = book.rows_of(1)
    book.put("户编号", "甲 1", row)
    result = import_register(book.data(), year=2020)
    assert result.faults[0].message == "只含数字和字母,不超过 30 位"
    assert {f.code for f in result.faults[1:]} == {"unknown_household"}  # its 条件 and 收入
    assert (result.households.rejected, result.persons.rejected) == (1, 1)


def test_all_errors_at_once(book) -> None:
    rows = [book.rows_of(size)[0] for size in (1, 2, 3)]
    book.put("姓名", "甲", rows[0]).put("民族", "x", rows[1]).put("劳动技能", "x", rows[2])
    result = import_register(book.data(), year=2020)
    assert sorted(f.row for f in result.faults) == sorted(rows)
    assert result.households.rejected == 3
    assert result.persons.rejected == 6


def test_all_or_nothing(book) -> None:
    book.put("姓名", "甲", book.rows_of(1)[0])
    result = import_register(book.data(), year=2020, all_or_nothing=True)
    assert result.households.rejected == result.households.read
    assert not Household.objects.exists()


def test_dry_run_writes_nothing(book) -> None:
    result = import_register(book.data(), year=2020, dry_run=True)
    assert result.persons.created == 100
    assert not Household.objects.exists()


def test_marked_workbook_comes_back_and_is_read_again(book) -> None:
    row = book.rows_of(1)[0]
    name = book.cell("姓名", row).value
    book.put("姓名", "甲", row)
    data = book.data()
    result = import_register(data, year=2020)
    marked = Edited(result.report(data))
    assert marked.cell("错误", row).value.startswith("姓名:填 2 到 25 个汉字")
    assert marked.cell("姓名", row).fill.fgColor.rgb == "FFFFC7CE"
    marked.put("姓名", name, row)
    again = import_register(marked.data(), year=2020)
    assert again.faults == []
    assert again.households.created == 1
    assert again.notes == []


def test_household_on_a_list_is_changed_by_correction_only(book) -> None:
    import_register(book.data(), year=2020)
    with journal.act(journal.Actor.system(), clock.today()):
        set_status(Household.objects.all(), "exiting", basis="批次")
    same = import_register(book.data(), year=2020)
    assert same.faults == []
    row = book.rows_of(1)[0]
    book.put("文化程度", "大专", row)
    result = import_register(book.data(), year=2020)
    assert [(f.code, f.message) for f in result.faults] == [
        ("open_case", "该户正在办理退出,资料有误须走更正")
    ]
    assert result.households.unchanged == result.households.read - 1


def test_status_is_not_set_by_a_second_import(book) -> None:
    import_register(book.data(), year=2020)
    row = next(r for r in range(2, 102) if book.cell("人数", r).value == 1)
    old = book.cell("脱贫属性", row).value
    book.put("脱贫属性", "返贫" if old == "未脱贫" else "未脱贫", row)
    assert {f.code for f in import_register(book.data(), year=2020).faults} == {"status_differs"}


def test_members_join_and_leave_by_change_only(book) -> None:
    import_register(book.data(), year=2020)
    second = book.rows_of(2)[1]
    number = book.cell("人编号", second).value
    book.put("人编号", f"{number}9", second)
    for row in range(2, book.book["收入"].max_row + 1):
        if book.cell("人编号", row, "收入").value == number:
            book.put("人编号", None, row, "收入")
    found = {f.code for f in import_register(book.data(), year=2020).faults}
    assert found == {"member_missing", "member_new"}


def test_exited_and_relapsed_are_taken_as_they_are(book) -> None:
    one, two = book.rows_of(1)[0], book.rows_of(2)
    book.put("脱贫属性", "已脱贫(享受政策)", one)
    for row in two:
        book.put("脱贫属性", "返贫", row).put("返贫年度", 2019, row)
        book.put("首次识别时间", 2014, row)
    result = import_register(book.data(), name="名单.xlsx", year=2020)
    assert result.faults == []
    first = Household.objects.get(number=book.cell("户编号", one).value)
    assert (first.status, first.enjoys_policy) == ("exited", True)
    assert first.status_basis == f"名单.xlsx 人口信息 第{one}行"
    second = Household.objects.get(number=book.cell("户编号", two[0]).value)
    assert second.status == "relapsed"
