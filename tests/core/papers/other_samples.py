"""Sample sheets of statements, minutes, letters, acts, records; see `samples` for their rules."""

from datetime import date

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets import (
    ActSheet,
    Appeal,
    Attendee,
    Column,
    Contact,
    Count,
    Facts,
    IncomeLine,
    IncomeSection,
    IncomeSheet,
    LetterSheet,
    MandateParty,
    MandateSheet,
    MinutesSheet,
    Pair,
    Prose,
    RecordSheet,
    Signer,
    Signing,
    Table,
    Ungranted,
    VoteRow,
)
from tests.core.papers import samples as s
from tests.core.papers.more_samples import (
    ORGAN,
    PLAN,
    persons,
    public_rows,
    total,
    village_bridge,
)

STEPS = ("村民主评议", "贫困户确认", "村级公示", "乡镇入户核实", "乡镇公示")
OFFICES = (
    Contact(office="白果镇人民政府", phone="0000-0000200"),
    Contact(office="区扶贫办", phone="0000-0000100"),
)


def line(item, amount, detail="", person="", *, quantity="", proof=""):
    return IncomeLine(
        item=item, amount=amount, detail=detail, person=person, quantity=quantity, proof=proof
    )


def section(title, sum_title, *lines):
    return IncomeSection(
        title=title, sum_title=sum_title, lines=lines, total=sum(one.amount for one in lines)
    )


def income():
    business = section(
        "一、生产经营性收入",
        "生产经营性收入",
        line("种植业", 286000, "水稻", quantity="2.6亩"),
        line("种植业", 145650, "生姜", quantity="0.8亩"),
        line("林业", 120000, "油茶籽", quantity="120斤"),
        line("养殖业", 260000, "生猪（出栏）", quantity="1头"),
        line("养殖业", 120000, "土鸡", quantity="30只"),
    )
    wages = section(
        "二、工资性收入",
        "工资性收入",
        line(
            "工资",
            3600000,
            "电子装配，广东省东莞市",
            "买买提江·阿卜杜热合曼",
            quantity="9个月",
            proof="工资流水",
        ),
        line("公益性岗位", 1080000, "保洁员", "欧阳秋云", quantity="12个月", proof="发放表"),
    )
    property_ = section("三、财产性收入", "财产性收入", line("资产收益扶贫分红", 120000))
    transfer = section(
        "四、转移性收入",
        "转移性收入",
        line("养老保险金", 247200),
        line("生态补偿金", 75920),
        line("残疾人两项补贴", 180000),
        line("农业补贴", 91000),
        line("高龄补贴", 120000),
        line("其他3年以上长期性补助", 29000),
    )
    costs = section("五、生产经营性支出", "生产经营性支出", line("种子、化肥、机耕", 622500))
    left_out = section(
        "六、不计入家庭稳定脱贫收入的项目",
        "不计入项目合计",
        line("教育资助", 100000),
        line("医疗救助", 1246000),
        line("危房改造补助", 4000000),
    )
    counted = (business, wages, property_, transfer)
    gross = sum(one.total for one in counted)
    return IncomeSheet(
        organ=ORGAN,
        imprint=s.imprint("年度人均纯收入统计表", "SR-2020-0317"),
        year=2020,
        place=s.PLACE,
        head=s.PEOPLE[0][0],
        household_number="990412100203017",
        period_first=date(2019, 10, 1),
        period_last=date(2020, 9, 30),
        counted=counted,
        costs=costs,
        left_out=left_out,
        gross=gross,
        net=gross - costs.total,
        persons=8,
        persons_note="2020年底建档立卡登记人口",
        per_head=(2 * (gross - costs.total) + 8) // 16,
        standard="年人均纯收入稳定超过4000元",
        signers=s.signers(("户主", "帮扶责任人", "村支部书记", "驻村工作队队长")),
    )


def minutes(count=30):
    votes = tuple(
        VoteRow(
            household_number=f"99041210020{3000 + at}",
            head=s.name(at),
            persons=persons(at),
            yes=9 if at == 4 else 20,
            no=11 if at == 4 else 0,
            abstained=0,
            withdrew=1,
            passed=at != 4,
            note="同意未过半" if at == 4 else "",
        )
        for at in range(count)
    )
    passed = [row for row in votes if row.passed]
    failed = [row for row in votes if not row.passed]
    people = tuple(
        Attendee(
            name=s.name(at + 40),
            post=("村干部", "驻村工作队", "村民代表")[at % 3],
            present=at not in {7, 15},
            note="请假" if at == 7 else "",
        )
        for at in range(23)
    )
    return MinutesSheet(
        organ="石桥村",
        imprint=s.imprint("会议记录", "JL-2020-0203-01"),
        year=2020,
        place=s.PLACE,
        meeting="村民主评议会",
        on=date(2020, 10, 9),
        venue="石桥村村民服务中心会议室",
        chair="向光明",
        recorder="石爱莲",
        due=23,
        came=21,
        rule="应到人员三分之二以上到会，到会人员过半数同意为通过",
        attendees=people,
        agenda=("宣读脱贫标准和程序", "逐户介绍收入和“两不愁三保障”情况", "逐户表决"),
        votes=votes,
        passed=total(passed),
        failed=total(failed),
        notes="村民代表贺某提出第5户务工收入不稳定，经说明后表决未通过。",
        signers=s.signers(s.POSTS),
    )


def mandate():
    return MandateSheet(
        organ="石桥村",
        imprint=s.imprint("委托书", "WT-2020-0003"),
        year=2020,
        place=s.PLACE,
        household_number="990412100203017",
        principal=MandateParty(
            name=s.PEOPLE[0][0],
            id_number=s.id_number(1968, 3, 15, 100),
            phone=s.phone(1),
            address="白果镇石桥村三组17号",
        ),
        agent=MandateParty(
            name="买买提江·阿卜杜热合曼",
            id_number=s.id_number(1992, 5, 20, 102),
            phone=s.phone(3),
            relation="之子",
        ),
        form_title="2020年度贫困户脱贫验收表",
        reason="外出务工",
        way="书面",
        given_on=date(2020, 10, 8),
        valid_from=date(2020, 10, 8),
        valid_to=date(2020, 10, 31),
        witness="廖春桃",
    )


def letter(kind=PaperKind.REFUSAL_LETTER):
    titles = {
        PaperKind.EXIT_LETTER: "脱贫告知书",
        PaperKind.REFUSAL_LETTER: "不予退出告知书",
        PaperKind.WITHDRAWAL_LETTER: "撤回告知书",
        PaperKind.CEASE_LETTER: "终止告知书",
    }
    return LetterSheet(
        kind=kind,
        organ=ORGAN,
        imprint=s.imprint(titles[kind], "GZ-2020-0003"),
        year=2020,
        document_number="云扶告〔2020〕0003号",
        head="阿依古丽·买买提",
        household_number="990412100203019",
        persons=4,
        steps=STEPS,
        decided_by=ORGAN,
        decision_number="云政发〔2020〕15号",
        decided_on=date(2020, 11, 12),
        announced_on=date(2020, 11, 16),
        stage="乡镇公示（2020年10月21日至10月28日），异议经核查成立",
        reason="基本医疗有保障未达标",
        finding="户内4人，3人参加城乡居民基本医疗保险，1人未参保；2020年10月26日入户核实属实",
        clause="《2020年白果镇贫困退出实施方案》三（四）6：核实后未达标的不予退出",
        helper="谭建成",
        next_steps=("镇人民政府将于2020年12月10日前协助办理参保并组织复查。",),
        appeal=Appeal(days=15, offices=OFFICES),
        sealer="白果镇人民政府",
        on=date(2020, 11, 18),
    )


def act(kind=PaperKind.APPROVAL, count=60):
    rows = public_rows(count)
    titles = {
        PaperKind.REQUEST: (
            ("云岭区扶贫办", "关于白果镇2020年度贫困户退出的请示"),
            "云岭区扶贫办文件",
        ),
        PaperKind.ANNOUNCEMENT: (
            ("关于白果镇2020年度", "贫困户脱贫退出的公告"),
            "云岭区人民政府公告",
        ),
    }
    default = ((ORGAN, "关于批准白果镇2020年度贫困户退出的批复"), "云岭区人民政府文件")
    title, masthead = titles.get(kind, default)
    return ActSheet(
        kind=kind,
        organ=ORGAN,
        imprint=s.imprint("".join(title), "PZ-2020-0001"),
        year=2020,
        masthead=masthead,
        document_number="云政发〔2020〕15号",
        title=title,
        addressee=""
        if kind == PaperKind.ANNOUNCEMENT
        else "白果镇人民政府、区扶贫开发领导小组办公室",
        basis=PLAN,
        steps=(*STEPS, "信息比对", "入户抽查", "市级核查"),
        scope="白果镇石桥村等8个村（社区）",
        granted=total(rows),
        ungranted=(Ungranted(reason="入户核实不达标", count=Count(2, 7)),),
        reference="《云岭区扶贫办关于白果镇2020年度贫困户退出的请示》（云扶办〔2020〕28号）",
        duties=("区扶贫办应当在5个工作日内予以公告。",),
        contacts="区扶贫开发领导小组办公室（电话：0000-0000100）",
        attachment="白果镇2020年度贫困户脱贫名单",
        copies_to="市扶贫办，区委办公室，区人大办公室。",
        printer="云岭区人民政府办公室",
        sealer=ORGAN,
        on=date(2020, 11, 12),
        rows=rows,
    )


def record(*, wide=False):
    columns = (
        Column(title="序号"),
        Column(title="户编号", width=3),
        Column(title="户主姓名", width=3),
        Column(title="人口"),
        Column(title="年人均纯收入", width=2, money=True),
        Column(title="已标识"),
        Column(title="说明", width=4, left=True),
    )
    rows = tuple(
        (at + 1, f"99041210020{3000 + at}", s.name(at), persons(at), 420000 + at, at != 3, "")
        for at in range(40)
    )
    people = sum(persons(at) for at in range(40))
    return RecordSheet(
        kind=PaperKind.MARK_LIST,
        organ="云岭区扶贫办",
        imprint=s.imprint("标识清单", "BS-2020-0001"),
        subtitle="（全国扶贫开发信息系统）",
        sections=(
            Facts(
                pairs=(
                    Pair(label="系统", value="全国扶贫开发信息系统"),
                    Pair(label="日期", value=date(2020, 11, 5)),
                    Pair(label="说明", value="逐户核对后标识", wide=True),
                )
            ),
            Table(
                title="标识户",
                columns=columns,
                rows=rows,
                total=("合计", "", "40 户", people, None, None, ""),
            ),
            Prose(
                title="未标识原因",
                paragraphs=("第4户系统内户编号与名单不一致，已更正后另行标识。",),
            ),
            village_bridge(),
            Signing(signers=(Signer(role="标识人"), Signer(role="复核人")), sealer="区扶贫办"),
        ),
        wide=wide,
    )
