"""Sample sheets: nobody here exists; identity numbers start with 99, phones with 100 or 0000.

云岭区 白果镇 石桥村 is invented. Figures tie: 附件1's income is the statement's, 附件2 is 附件3.
"""

from dataclasses import replace
from datetime import date

from exitcase.core.choices import Capacity
from exitcase.core.papers.sheets import (
    AcceptanceSheet,
    Appraisal,
    Check,
    Consent,
    Fact,
    Imprint,
    IncomeBrief,
    IndicatorRow,
    Inspection,
    Locality,
    MemberRow,
    Signer,
)

COUNTY, TOWN, VILLAGE = "云岭", "白果", "石桥"
PLACE = Locality(county=COUNTY, township=TOWN, village=VILLAGE, group="3")
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
RARE = "𣵦𬭩䶮"
SURNAMES = "彭谭向龙石田罗邓肖段廖贺阳旷欧谢"
GIVEN = [
    "桂香",
    "运生",
    "新华",
    "冬秀",
    "国良",
    "满英",
    "建成",
    "小平",
    "玉兰",
    "长庚",
    "德清",
    "春桃",
    "志强",
    "菊英",
    "伏生",
    "秋云",
    "水生",
    "爱莲",
    "光明",
    "细妹",
]
KINDS = ("一般贫困户", "低保贫困户", "特困供养贫困户")


def id_number(year, month, day, seq):
    body = f"990412{year:04}{month:02}{day:02}{seq:03}"
    return body + CHECKS[sum(int(a) * b for a, b in zip(body, WEIGHTS, strict=True)) % 11]


def phone(at):
    return f"100{(at * 7919 + 123) % 10**8:08}"


def name(at):
    if at % 23 == 11:
        return "阿依古丽·买买提"
    if at % 23 == 5:
        return "欧阳" + GIVEN[at % 20]
    return SURNAMES[(at * 7) % 16] + (GIVEN[(at * 3) % 20] if at % 5 else GIVEN[(at * 3) % 20][0])


def imprint(title, number="", **more):
    return Imprint(
        title=title,
        number=number,
        mark="演示 · 数据均为虚构",
        checkpoint="1234 · 9f3c2a71e0b4d6c1",
        link="https://tp.example/p/",
        **more,
    )


PEOPLE = (
    ("阿卜杜热合曼·买买提", "男", "户主", 1968, 3, 15, "非在校生", "健康"),
    ("古丽巴哈尔·阿卜杜外力", "女", "配偶", 1971, 8, 2, "非在校生", "长期慢性病"),
    ("买买提江·阿卜杜热合曼", "男", "之子", 1992, 5, 20, "非在校生", "健康"),
    ("欧阳秋云", "女", "之儿媳", 1993, 11, 9, "非在校生", "健康"),
    ("迪丽努尔·买买提江", "女", "之孙女", 2009, 10, 2, "小学", "健康"),
    ("艾力·买买提江", "男", "之孙子", 2011, 12, 24, "小学", "健康"),
    ("热依汗古丽·买买提江", "女", "之孙女", 2018, 1, 7, "非在校生", "健康"),
    ("买买提·托合提", "男", "之父", 1941, 6, 1, "非在校生", "残疾"),
)


def members(count):
    out = []
    for at in range(count):
        person, sex, relation, *born, schooling, health = PEOPLE[at % len(PEOPLE)]
        out.append(
            MemberRow(
                name=person if at < 8 else name(at),
                sex=sex,
                relation=relation if at < 8 else "其他",
                id_number=id_number(*born, 100 + at),
                schooling=schooling,
                health=health,
                insured="居民医保",
            )
        )
    return tuple(out)


INCOME = IncomeBrief(
    wages=4680000,
    business=931650,
    property=120000,
    transfer=743120,
    gross=6474770,
    cost=622500,
    net=5852270,
    persons=8,
    per_head=731534,
)


def fact(label, value="", unit="", *, wide=False):
    return Fact(label=label, value=value, unit=unit, wide=wide)


def choice(label, options, *chosen):
    return Fact(label=label, options=tuple(options), chosen=chosen)


INDICATORS = (
    (
        "年人均纯收入",
        "年人均纯收入稳定超过4000元",
        (
            fact("人均纯收入", "7,315.34", "元"),
            fact("统计表", "SR-0317"),
            fact("稳定性：", "务工两年以上，续签至2022年6月", wide=True),
        ),
    ),
    ("不愁吃", "吃穿不愁", (choice("口粮有保障", ("是", "否"), "是"),)),
    ("不愁穿", "吃穿不愁", (choice("有换季衣被", ("是", "否"), "是"),)),
    (
        "义务教育有保障",
        "义务教育有保障",
        (fact("适龄", "2", "人"), fact("失学辍学", "0", "人")),
    ),
    (
        "基本医疗有保障",
        "基本医疗有保障",
        (
            fact("参保", "8", "人"),
            fact("应参保", "8", "人"),
            fact("大病保险", "8", "人"),
            fact("签约", "8", "人"),
        ),
    ),
    (
        "住房安全有保障",
        "住房安全有保障",
        (
            fact("结构", "砖混"),
            choice("等级", "ABCD", "B"),
            fact("面积", "128.0", "㎡"),
            choice("已入住", ("是", "否"), "是"),
            fact("鉴定文号", "云建鉴〔2020〕156号", wide=True),
        ),
    ),
    (
        "饮水安全有保障",
        "饮水安全有保障",
        (
            choice("", ("自来水", "井水", "山泉水", "水窖", "其他"), "自来水"),
            fact("取水", "0", "米"),
            fact("", "0", "分钟"),
        ),
    ),
    (
        "政策落实",
        "政策落实情况",
        (
            fact(
                "",
                "危房改造2019年11月40,000.00元；教育帮扶2020年3月1,000.00元",
                wide=True,
            ),
        ),
    ),
)
POSTS = ("评议组长", "村支部书记", "村主任", "驻村工作队队长")


def signers(roles, on=None, names=()):
    padded = (*names, *[""] * len(roles))
    return tuple(Signer(role=role, name=padded[at], on=on) for at, role in enumerate(roles))


def acceptance(count=8, **changes):
    """Half-way through: appraised and signed by the village, then the pen's blanks."""
    rows = tuple(
        IndicatorRow(number=at, title=title, standard=text, facts=facts, results=(True, None, None))
        for at, (title, text, facts) in enumerate(INDICATORS, 1)
    )
    day = date(2020, 10, 9)
    sheet = AcceptanceSheet(
        label="附件1",
        organ="云岭区人民政府",
        imprint=imprint("2020年度贫困户脱贫验收表", "YS-2020-000317"),
        year=2020,
        place=PLACE,
        head=PEOPLE[0][0],
        household_number="990412100203017",
        id_number=id_number(1968, 3, 15, 100),
        phone=phone(1),
        persons=count,
        able=4,
        household_kind=KINDS[0],
        household_kinds=KINDS,
        first_identified_year=2014,
        main_cause="因病",
        other_causes="缺技术、因学",
        relapsed_year=None,
        helper="谭建成",
        helper_organ="区农业农村局 副股长",
        helper_phone=phone(2),
        measures="产业带动、公益性岗位、农村危房改造、教育帮扶",
        planned_exit_year=2020,
        members=members(count),
        income=INCOME,
        period="2019年10月1日至2020年9月30日",
        levels=("村", "乡镇", "区"),
        indicators=rows,
        appraisal=Appraisal(
            on=day,
            due=23,
            came=21,
            withdrew=1,
            yes=20,
            no=0,
            abstained=0,
            agreed=True,
            signers=signers(POSTS, day, ("向光明", "石爱莲", "彭国良", "贺志强")),
        ),
        consent=Consent(),
        helper_signer=Signer(role="帮扶责任人"),
        check=Check(signers=signers(("核实人", "核实人", "乡镇负责人")), sealer="乡镇人民政府"),
        inspection=Inspection(
            signers=signers(("抽查人员", "抽查人员", "抽查组长")), sealer="区扶贫办"
        ),
    )
    return replace(sheet, **changes)


def finished(count=8, **changes):
    """The same at its end, everything known."""
    day = date(2020, 10, 9)
    sheet = acceptance(count)
    return replace(
        sheet,
        indicators=tuple(replace(row, results=(True, True, True)) for row in sheet.indicators),
        consent=Consent(
            agreed=True,
            capacity=Capacity.AGENT,
            relation="之子",
            mandate="WT-2020-0003",
            signer=Signer(role="签字人", name="买买提江·阿卜杜热合曼", on=day, note="受委托"),
            fingerprint=True,
            witness="廖春桃",
        ),
        helper_signer=Signer(role="帮扶责任人", name="谭建成", on=day),
        check=Check(
            on=date(2020, 10, 20),
            mode="入户",
            consistent=True,
            met=True,
            signers=(
                *signers(
                    ("核实人", "核实人", "乡镇负责人"),
                    date(2020, 10, 20),
                    ("龙德清", "罗伏生", "邓水生"),
                )[:2],
                Signer(role="乡镇负责人", name="邓水生", on=date(2020, 10, 21)),
            ),
            sealer="白果镇人民政府",
        ),
        inspection=Inspection(
            on=date(2020, 11, 2),
            mode="入户",
            team="第二抽查工作组",
            anomaly=False,
            met=True,
            signers=signers(("抽查人员", "抽查组长"), date(2020, 11, 2), ("段运生", "廖新华")),
            sealer="云岭区扶贫办",
        ),
        conclusion="达到脱贫标准",
        end="退出",
        end_reason="云岭区人民政府批准（云政发〔2020〕15号），2020年11月16日公告",
        **changes,
    )


def blank(**changes):
    """Nothing filled: to be printed and written by hand."""
    rows = tuple(
        replace(
            row,
            results=(None, None, None),
            facts=tuple(replace(one, value="", chosen=()) for one in row.facts),
        )
        for row in acceptance().indicators
    )
    empty = dict.fromkeys(
        [
            "head",
            "household_number",
            "id_number",
            "phone",
            "household_kind",
            "main_cause",
            "other_causes",
            "helper",
            "helper_organ",
            "helper_phone",
            "measures",
        ],
        "",
    )
    none = dict.fromkeys(["persons", "able", "first_identified_year", "planned_exit_year"])
    return acceptance(
        **{
            **empty,
            **none,
            "members": (),
            "income": IncomeBrief(),
            "indicators": rows,
            "place": Locality(),
            "appraisal": Appraisal(signers=signers(POSTS)),
            "imprint": Imprint(title="2020年度贫困户脱贫验收表"),
            **changes,
        }
    )


def stress(**changes):
    """Everything long at once: 附件1 must still keep to its two pages."""
    people = list(members(8))
    long = (
        "麦麦提吐尔逊·阿卜杜热西提",
        "阿依努尔古丽·麦麦提吐尔逊江",
        "欧阳" + RARE,
        "司马䶮",
        "古丽米热·阿卜杜克里木·麦麦提",
        "艾合买提江·吐尔逊",
    )
    people[: len(long)] = [replace(row, name=name) for row, name in zip(people, long, strict=False)]
    return finished(
        head=long[0],
        members=tuple(people),
        helper_organ="区住房和城乡建设局村镇建设股副股长",
        other_causes="缺技术、自身发展动力不足",
        measures="产业带动、公益性岗位、农村危房改造、教育帮扶、金融扶持、有序转移就业、"
        "生态扶持、低保兜底、易地扶贫搬迁",
        place=Locality(county="云岭自治", township="白果坪土家族", village="石桥头", group="十一"),
        income=IncomeBrief(
            wages=14680000,
            business=13931650,
            property=1120000,
            transfer=10743120,
            gross=40474770,
            cost=10622500,
            net=29852270,
            persons=8,
            per_head=3731534,
        ),
        **changes,
    )
