"""Sample sheets of the papers beside 附件1; see `samples` for what holds of them all."""

from dataclasses import replace
from datetime import date, timedelta

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets import (
    Bridge,
    BridgeColumn,
    BridgeRow,
    Contact,
    Count,
    DayKind,
    Enclosure,
    FailedRow,
    IndicatorCount,
    Item,
    ItemGroup,
    NoticeSheet,
    OfficialListSheet,
    OfficialRow,
    PublicListSheet,
    PublicRow,
    Receipt,
    SubmissionSheet,
    Term,
    TermDay,
)
from tests.core.papers import samples as s

ORGAN = "云岭区人民政府"
PLAN = "2020年白果镇贫困退出实施方案"


def persons(at):
    return 1 + (at * 5 + at // 3) % 7


def public_rows(count):
    return tuple(
        PublicRow(seq=at + 1, group=f"{1 + at // 9}组", head=s.name(at), persons=persons(at))
        for at in range(count)
    )


def total(rows):
    return Count(len(rows), sum(row.persons for row in rows))


def public_list(count=68):
    rows = public_rows(count)
    return PublicListSheet(
        label="附件3",
        organ=ORGAN,
        imprint=s.imprint("2020年度贫困户脱贫名单", "MD-2020-0203-01"),
        year=2020,
        place=s.PLACE,
        rows=rows,
        total=total(rows),
        sealer="石桥村村民委员会",
        on=date(2020, 10, 10),
        note="说明：此表区扶贫办、镇人民政府、村民委员会各存一份。",
    )


def official_list(count=68):
    rows = tuple(
        OfficialRow(
            seq=at + 1,
            village="石桥村",
            group=f"{1 + at // 9}组",
            household_number=f"99041210020{3000 + at}",
            head=s.name(at),
            id_number=s.id_number(1950 + at % 40, 1 + at % 12, 1 + at % 28, at)[:6] + "********"
            f"{at:04}",
            persons=persons(at),
            household_kind=s.KINDS[at % 3],
            main_cause=("因病", "缺技术", "因残", "因学", "缺劳力")[at % 5],
            per_head=420000 + at * 37713 % 900000,
            first_identified_year=2014 + at % 3,
            helper=s.name(at + 100)[:4],
            note="易地搬迁" if at % 13 == 4 else "",
        )
        for at in range(count)
    )
    return OfficialListSheet(
        label="附件3",
        organ=ORGAN,
        imprint=s.imprint("2020年度贫困户脱贫名单", "MD-2020-0203-02"),
        year=2020,
        sender="白果镇人民政府",
        rows=rows,
        total=total(rows),
        on=date(2020, 10, 30),
        checksum="9f3c2a71e0b4d6c1",
        reader="示例用户",
    )


def term():
    """Hung on Sat 10 Oct 2020: seven days 11–17, the last a Saturday, ends Mon 19 Oct, 24:00."""
    start = date(2020, 10, 10)
    kinds = [DayKind.HUNG, *[DayKind.COUNTED] * 7, *[DayKind.EXTENDED] * 2]
    table = tuple(
        TermDay(on=start + timedelta(at), kind=kind, number=at if 0 < at < 8 else None)
        for at, kind in enumerate(kinds)
    )
    return Term(
        days=7,
        hung_on=start,
        first=date(2020, 10, 11),
        last=date(2020, 10, 19),
        table=table,
        rule="张贴当日不计；末日为星期六，顺延至2020年10月19日24时。",
    )


def notice(count=68, kind=PaperKind.VILLAGE_NOTICE):
    rows = public_rows(count)
    village = kind == PaperKind.VILLAGE_NOTICE
    return NoticeSheet(
        kind=kind,
        organ=ORGAN,
        imprint=s.imprint(
            f"2020年度贫困户脱贫{'村级' if village else '乡镇'}公示", "GS-2020-0203-01"
        ),
        year=2020,
        document_number="石桥村公示〔2020〕1号",
        basis=PLAN,
        steps=("入户调查", "村民主评议", "贫困户签字认可"),
        speaker="我村" if village else "我镇",
        objections_to=("村民委员会", "镇人民政府"),
        days=7,
        term=term(),
        places=("村公示公告栏", "石桥小学门口", "三组晒谷坪"),
        contacts=(
            Contact(office="村联系电话", phone="0000-0000203"),
            Contact(office="镇监督电话", phone="0000-0000200"),
            Contact(office="区扶贫办监督电话", phone="0000-0000100"),
        ),
        list_title="2020年度贫困户脱贫名单",
        rows=rows,
        total=total(rows),
        sealer="石桥村村民委员会",
        on=date(2020, 10, 10),
        keep="公示期满后取下，交村民委员会存档。",
        checksum="9f3c2a71e0b4d6c1",
    )


def village_bridge():
    columns = (
        BridgeColumn(title="列入名单", sign=1),
        BridgeColumn(title="评议未通过", sign=-1),
        BridgeColumn(title="异议成立", sign=-1),
        BridgeColumn(title="村送审", sign=0),
    )
    counts = (Count(71, 243), Count(2, 8), Count(1, 4), Count(68, 231))
    row = BridgeRow(name="石桥村", counts=counts, reasons="龙志强、肖满英户评议未通过")
    return Bridge(title="村送审数字衔接表", unit="批次", columns=columns, rows=(row,))


def township_bridge():
    figures = (
        ("石桥村", 68, 231, 0, 0, 0, 0, ""),
        ("龙塘村", 55, 186, 1, 4, 0, 0, "欧阳春桃户：收入未达标"),
        ("双江村", 61, 209, 0, 0, 0, 0, ""),
        ("枫木坪村", 47, 158, 1, 3, 0, 0, "旷长庚户：饮水不合格"),
        ("长冲社区", 38, 127, 0, 0, 0, 0, ""),
        ("欧家湾村", 59, 204, 0, 0, 1, 4, "阿依古丽·买买提户：医疗未达标"),
        ("杨柳村", 52, 176, 0, 0, 0, 0, ""),
        ("白果社区", 56, 194, 0, 0, 0, 0, ""),
    )
    rows = tuple(
        BridgeRow(
            name=name,
            counts=(Count(a, b), Count(c, d), Count(e, f), Count(a - c - e, b - d - f)),
            reasons=why,
        )
        for name, a, b, c, d, e, f, why in figures
    )
    columns = (
        BridgeColumn(title="村送审", sign=1),
        BridgeColumn(title="核实未达标", sign=-1),
        BridgeColumn(title="公示异议成立", sign=-1),
        BridgeColumn(title="镇送审", sign=0),
    )
    return Bridge(
        title="村、镇两级送审数字衔接表",
        unit="村（社区）",
        columns=columns,
        rows=rows,
        note="注：镇送审数＝各村送审数－核实未达标数－公示异议成立数，并与附件3合计行相符。",
    )


def item(label, households=None, people=None, **more):
    count = None if households is None else Count(households, people)
    return Item(label=label, count=count, **more)


def village_submission():
    groups = (
        ItemGroup(
            title="基本情况",
            items=(
                item("未脱贫总数", 71, 243),
                item("村别", text="非贫困村"),
                item("批次", text="第1批"),
            ),
        ),
        ItemGroup(
            title="民主评议",
            items=(
                item("会议日期", text="2020年10月9日"),
                item("应到／实到", text="23／21 人"),
                item("评议通过", 69, 235),
            ),
        ),
        ItemGroup(
            title="贫困户签字认可",
            items=(
                item("签字认可", 69, 235),
                item("户主本人", number=58, unit="户"),
                item("成年成员", number=8, unit="户"),
                item("受委托人", number=3, unit="户"),
                item("捺印", number=6, unit="户"),
            ),
        ),
        ItemGroup(
            title="村级公示",
            items=(
                item("张贴日", text="2020年10月10日"),
                item("最早结束", text="10月19日24时"),
                item("异议／办结", text="1／1 件"),
                item("公示地点", text="村公示公告栏、石桥小学门口、三组晒谷坪", wide=True),
            ),
        ),
        ItemGroup(
            title="拟脱贫",
            items=(
                item("合计", 68, 231),
                item("一般贫困户", 41, 140),
                item("低保贫困户", 22, 80),
                item("特困供养", 5, 11),
                item("其中返贫户", 0, 0),
                item("易地搬迁", 4, 15),
            ),
        ),
    )
    failed = (
        ("龙志强", 4, "民主评议", "表决未过半（同意9票，实到21人）"),
        ("肖满英", 4, "民主评议", "住房为C级，改造未完工"),
        ("热依汗古丽·买买提", 4, "村级公示", "异议成立：2020年9月新购小型汽车1辆"),
    )
    return SubmissionSheet(
        label="附件2",
        organ=ORGAN,
        imprint=s.imprint("2020年度贫困户脱贫验收送审表", "SS-2020-0203-01"),
        year=2020,
        copy="村（社区）用",
        sender="白果镇石桥村村民委员会",
        receiver="白果镇人民政府",
        submitted=Count(68, 231),
        groups=groups,
        indicators=tuple(
            IndicatorCount(title=title, households=68) for title, _, _ in s.INDICATORS
        ),
        failed=tuple(
            FailedRow(
                household_number=f"99041210020{4000 + at}",
                head=head,
                persons=count,
                stage=stage,
                reason=reason,
                village="石桥村",
            )
            for at, (head, count, stage, reason) in enumerate(failed)
        ),
        enclosures=(
            Enclosure(title="名单（附件3）", number=2, unit="页"),
            Enclosure(title="验收表（附件1）", number=68),
            Enclosure(title="会议记录", number=1),
            Enclosure(title="公示照片", number=6, unit="张"),
            Enclosure(title="委托书", number=3),
        ),
        opinion_title="村民委员会意见",
        opinion="经民主评议、贫困户签字认可并公示期满，拟脱贫贫困户68户231人，现予送审。",
        signers=s.signers(("村支部书记", "村主任", "驻村工作队队长")),
        sealer="村民委员会",
        receipt=Receipt(organ="白果镇人民政府"),
        filled_by="石爱莲",
        checked_by="向光明",
        phone="0000-0000203",
        filled_on=date(2020, 10, 20),
        bridge=village_bridge(),
    )


def township_submission(failed=12):
    base = village_submission()
    one = base.failed[0]
    return replace(
        base,
        copy="乡（镇）用",
        sender="白果镇人民政府",
        receiver="区扶贫办",
        submitted=Count(433, 1474),
        imprint=s.imprint("2020年度贫困户脱贫验收送审表", "SS-2020-0203"),
        failed=tuple(replace(one, head=s.name(at)) for at in range(failed)),
        opinion_title="乡镇人民政府意见",
        opinion="经逐户入户核实并公示期满，拟脱贫贫困户433户1474人，现予送审。",
        signers=s.signers(("分管负责人", "乡镇长")),
        sealer="乡镇人民政府",
        bridge=township_bridge(),
    )
