"""Recording years, villages and members: what is kept, what is refused, what is journalled."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from exitcase.core import clock, files, journal
from exitcase.core import jobs as core_jobs
from exitcase.core.choices import Act, FileKind, Item, Role, Status
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.identity import check_character
from exitcase.core.models import AccessLog, Entry, Region, StoredFile, User
from exitcase.core.services import people
from households.choices import ChangeReason, Relation
from households.models import Household, HouseholdYear, Member, MemberChange, VillageYear
from households.queries import facts_shas
from households.services import (
    ItemSpec,
    MeasureSpec,
    add_member,
    import_register,
    record_income,
    record_village,
    record_year,
    remove_member,
    set_status,
)
from households.services.exports import export_register
from households.services.jobs import IMPORT
from tests.households.conftest import TOWNSHIP, VILLAGES, Edited, register

pytestmark = pytest.mark.django_db
YEAR = 2020


@pytest.fixture
def home(regions) -> Household:
    """An invented household of four."""
    import_register(register(120, seed=11), year=YEAR)
    return Household.objects.filter(persons=4).order_by("pk")[0]


@pytest.fixture
def acting(home):
    with journal.act(journal.Actor.system(), clock.today()):
        yield home


def clerk(role: str, code: str) -> User:
    user = User.objects.create_user(f"u{role}{code}", "王五")
    region = Region.objects.get(pk=code)
    people.appoint(user, Role(role), region, by=journal.Actor.system(), since=clock.today())
    return user


def number(born: date, sequence: int) -> str:
    digits = f"990000{born:%Y%m%d}{sequence:03}"
    return digits + check_character(digits)


def newborn(born: date) -> dict:
    return {
        "name": "王满", "id_number": number(born, 901), "relation": Relation.SON, "nation": "01",
        "schooling": "none", "health": "well", "labour": "none",
    }  # fmt: skip


# ------------------------------------------------------------------ the year


def test_income_is_summed_and_costs_are_deducted(acting) -> None:
    items = [ItemSpec(Item.WAGES, 900_000), ItemSpec(Item.BUSINESS_COST, 100_001)]
    record = record_income(acting, YEAR, items)
    assert (record.gross_fen, record.cost_fen, record.net_fen) == (900_000, 100_001, 799_999)
    assert record.items.count() == 2


def test_year_keeps_what_is_not_named(acting) -> None:
    before = HouseholdYear.objects.get(household=acting, year=YEAR)
    after = record_year(acting, YEAR, {"water_distance_m": 1200})
    assert after.water_distance_m == 1200
    assert after.net_fen == before.net_fen
    assert after.version == before.version + 1
    entry = Entry.objects.filter(act=Act.RECORD_YEAR).get()
    assert (entry.was, entry.became) == (f"v{before.version}", f"v{after.version}")
    assert entry.commitment


def test_measures_are_counted(acting) -> None:
    record = record_year(
        acting, YEAR, {}, measures=[MeasureSpec("industry"), MeasureSpec("training")]
    )
    assert record.measures == record.measure_rows.count() == 2


def test_old_form_is_refused(acting) -> None:
    record_year(acting, YEAR, {"tidy_home": True}, version=1)
    with pytest.raises(Refused, match="别人刚刚保存了这份资料,您填的还没有保存"):
        record_year(acting, YEAR, {"tidy_home": False}, version=1)


def test_value_that_cannot_be_is_refused(acting) -> None:
    with pytest.raises(Refused) as caught:
        record_year(acting, YEAR, {"house_grade": 7})
    assert caught.value.message == "填写有误"
    assert caught.value.place == f"{acting.number} 住房等级"


def test_unknown_fact_is_a_fault_of_the_caller(acting) -> None:
    with pytest.raises(TypeError, match="net_fen"):
        record_year(acting, YEAR, {"net_fen": 1})


def test_negative_income_is_refused(acting) -> None:
    with pytest.raises(Refused, match="收入金额不能为负"):
        record_income(acting, YEAR, [ItemSpec(Item.WAGES, -1)])


def test_income_of_another_household_is_refused(acting) -> None:
    stranger = Member.objects.exclude(household=acting).first()
    with pytest.raises(Refused, match="收入所填的人不是本户成员"):
        record_income(acting, YEAR, [ItemSpec(Item.WAGES, 1, member=stranger)])


def test_household_on_a_list_changes_by_correction_only(acting) -> None:
    set_status(Household.objects.filter(pk=acting.pk), Status.EXITING, basis="批次")
    with pytest.raises(Refused, match="该户正在办理退出,资料有误须走更正"):
        record_year(acting, YEAR, {"tidy_home": True})
    assert record_year(acting, YEAR, {"tidy_home": True}, during_case=True).tidy_home


def test_every_fact_a_paper_rests_on_changes_the_hash(acting) -> None:
    def sha() -> str:
        return facts_shas([acting.pk], YEAR)[acting.pk]

    seen = [sha()]
    record_year(acting, YEAR, {"dropouts": 3})
    seen.append(sha())
    record_income(acting, YEAR, [ItemSpec(Item.WAGES, 5)])
    seen.append(sha())
    add_member(acting, newborn(clock.today()), reason=ChangeReason.BORN, happened_on=clock.today())
    seen.append(sha())
    record_year(acting, YEAR, {"tidy_home": None})  # printed nowhere
    assert sha() == seen[-1]
    assert len(set(seen)) == 4


def test_village_cadre_records_in_the_own_village_only(home) -> None:
    own = clerk("village_cadre", home.village_id)
    other = clerk("village_cadre", VILLAGES[3])
    today = clock.today()
    assert record_year(home, YEAR, {"tidy_home": True}, by=own, done_on=today).tidy_home
    with pytest.raises(OutOfScope):
        record_year(home, YEAR, {"tidy_home": True}, by=other, done_on=today)


# ------------------------------------------------------------------ the village


def test_village_year_is_recorded(regions) -> None:
    with journal.act(journal.Actor.system(), clock.today()):
        record_village(VILLAGES[0], YEAR, {"representatives": 30, "poor_village": True})
        record_village(VILLAGES[0], YEAR, {"representatives": 31}, version=1)
        with pytest.raises(Refused, match="别人刚刚保存了这份资料,您填的还没有保存"):
            record_village(VILLAGES[0], YEAR, {"representatives": 32}, version=1)
    found = VillageYear.objects.get(village=VILLAGES[0], year=YEAR)
    assert (found.representatives, found.poor_village, found.version) == (31, True, 2)


# ------------------------------------------------------------------ the members


def test_newborn_joins(acting) -> None:
    today = clock.today()
    made = add_member(acting, newborn(today), reason=ChangeReason.BORN, happened_on=today)
    assert (made.born, made.sex, made.number) == (today, "1", f"{acting.number}05")
    assert Household.objects.get(pk=acting.pk).persons == 5
    assert MemberChange.objects.get(member=made).change == "added"
    entry = Entry.objects.get(act=Act.CHANGE_MEMBER)
    assert (entry.was, entry.became, entry.reason) == ("4", "5", "added born")
    assert made.name not in "".join(str(v) for v in vars(entry).values())


def test_number_of_another_is_kept_as_an_anomaly(acting) -> None:
    other = Member.objects.exclude(household=acting).first()
    values = {**newborn(clock.today()), "id_number": other.id_number, "relation": Relation.OTHER}
    made = add_member(acting, values, reason=ChangeReason.RETURNED, happened_on=clock.today())
    other.refresh_from_db()
    assert made.duplicate
    assert other.duplicate


def test_second_head_does_not_join(acting) -> None:
    values = {**newborn(clock.today()), "relation": Relation.HEAD}
    with pytest.raises(Refused, match="本户已有户主"):
        add_member(acting, values, reason=ChangeReason.BORN, happened_on=clock.today())


def test_wrong_number_does_not_join(acting) -> None:
    values = {**newborn(clock.today()), "id_number": "990000202001010010"}
    with pytest.raises(Refused, match="校验位不符,请逐位核对"):
        add_member(acting, values, reason=ChangeReason.BORN, happened_on=clock.today())


def test_nobody_is_born_by_dying(acting) -> None:
    with pytest.raises(Refused, match="变更原因不对"):
        add_member(
            acting, newborn(clock.today()), reason=ChangeReason.DIED, happened_on=clock.today()
        )


def test_change_is_not_of_tomorrow(acting) -> None:
    with pytest.raises(Refused, match="变更日期不能晚于今天"):
        add_member(
            acting,
            newborn(clock.today()),
            reason=ChangeReason.BORN,
            happened_on=clock.today() + timedelta(days=1),
        )


def test_head_dies_and_another_takes_over(acting) -> None:
    head = acting.members.get(relation=Relation.HEAD)
    heir = acting.members.get(relation=Relation.SPOUSE)
    at = {"reason": ChangeReason.DIED, "happened_on": clock.today()}
    with pytest.raises(Refused, match="户主减少时须指定新户主"):
        remove_member(head, **at)
    head.refresh_from_db()
    Member.objects.filter(pk=head.pk).update(left_on=None)
    Household.objects.filter(pk=acting.pk).update(persons=4)
    remove_member(head, **at, new_head=heir)
    found = Household.objects.get(pk=acting.pk)
    assert (found.head_name, found.persons) == (heir.name, 3)
    assert Member.objects.get(pk=head.pk).left_on == clock.today()
    assert Member.objects.get(pk=heir.pk).relation == Relation.HEAD
    with pytest.raises(Refused, match="此人已不在本户"):
        remove_member(head, **at, new_head=heir)


def test_last_person_does_not_leave(regions) -> None:
    import_register(register(1), year=YEAR)
    with (
        journal.act(journal.Actor.system(), clock.today()),
        pytest.raises(Refused, match="户内最后一人减少后须销户"),
    ):
        remove_member(Member.objects.get(), reason=ChangeReason.DIED, happened_on=clock.today())


# ------------------------------------------------------------------ import, export, job, commands


def test_import_needs_the_right_in_every_village(regions) -> None:
    data = register(60, seed=2)
    with pytest.raises(OutOfScope):
        import_register(data, year=YEAR, by=clerk("township_officer", VILLAGES[3]))
    with pytest.raises(NotAllowed):
        import_register(data, year=YEAR, by=clerk("township_leader", TOWNSHIP))
    assert not Household.objects.exists()
    by = clerk("township_officer", TOWNSHIP)
    assert import_register(data, year=YEAR, by=by).persons.created == 60


def test_journal_of_an_import_names_nobody(home) -> None:
    entries = Entry.objects.filter(act=Act.IMPORT, subject="household")
    assert entries.count() == Household.objects.count()
    text = "".join(str(value) for entry in entries for value in vars(entry).values())
    assert home.head_name not in text
    assert {entry.became for entry in entries} <= {"registered", "relapsed"}


def test_export_is_logged_with_its_purpose(home) -> None:
    by = clerk("township_officer", TOWNSHIP)
    with pytest.raises(Refused, match="导出须写明用途"):
        export_register(TOWNSHIP, YEAR, by=by, purpose="")
    data = export_register(TOWNSHIP, YEAR, by=by, purpose="核对")
    assert AccessLog.objects.filter(kind="export").count() == Household.objects.count()
    people_sheet = load_workbook(BytesIO(data))["人口信息"]
    assert people_sheet.max_row == 1 + 120
    assert {cell.data_type for row in people_sheet.iter_rows() for cell in row} <= {
        "s",
        "n",
        "inlineStr",
    }
    with pytest.raises(OutOfScope):
        export_register("43", YEAR, by=by, purpose="核对")


def test_import_as_a_job_reports_figures_and_marks_the_file(regions) -> None:
    book = Edited(register(30, seed=3))
    book.put("姓名", "甲", book.rows_of(1)[0])
    file = files.put(
        book.data(), name="a.xlsx", mime="x", kind=FileKind.REGISTER, region=TOWNSHIP,
        private=True, by="王五",
    )  # fmt: skip
    args = {"year": YEAR, "programme": "", "dry_run": False, "all_or_nothing": False}
    by = clerk("township_officer", TOWNSHIP)
    job = core_jobs.run_inline(IMPORT, [str(file.pk)], args=args, by=by, region=TOWNSHIP)
    result = job.units.get().result
    assert (result["persons"]["created"], result["persons"]["rejected"]) == (29, 1)
    assert result["faults"] == 1
    marked = StoredFile.objects.get(pk=result["report"])
    assert marked.encrypted
    assert "错误" in str(
        files.get(marked) and Edited(files.get(marked)).book["人口信息"][1][-1].value
    )


def test_commands_write_read_and_report(regions, tmp_path, capsys) -> None:
    out = tmp_path / "r.xlsx"
    at = {"township": TOWNSHIP, "persons": 12, "seed": 1, "year": YEAR, "line": "4000"}
    call_command("make_register", str(out), **at)
    call_command("import_households", str(out), year=YEAR, dry_run=True)
    assert "试读,没有写入" in capsys.readouterr().out
    call_command("import_households", str(out), year=YEAR)
    told = capsys.readouterr().out
    assert "人: 读入 12 = 新增 12 + 更新 0 + 未变 0 + 未导入 0" in told
    book = Edited(out.read_bytes()).put("姓名", "甲")
    out.write_bytes(book.data())
    report = tmp_path / "e.xlsx"
    with pytest.raises(CommandError, match="有 1 处错误"):
        call_command("import_households", str(out), year=YEAR, report=report)
    assert Edited(report.read_bytes()).cell("错误").value.startswith("姓名:")
    with pytest.raises(CommandError, match="不知道收入线"):
        call_command("make_register", str(out), **{**at, "line": None})
    with pytest.raises(CommandError, match="区划表里没有这个乡镇"):
        call_command("make_register", str(out), **{**at, "township": "990101999"})
    clerk("township_officer", TOWNSHIP)
    call_command(
        "export_households", str(out), region=TOWNSHIP, year=YEAR, purpose="核对",
        by=f"utownship_officer{TOWNSHIP}",
    )  # fmt: skip
    assert out.stat().st_size > 5000
