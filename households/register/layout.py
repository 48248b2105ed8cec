"""The layout of the register's workbook: every sheet, every column, in the order we write them.

人口信息 is the national export, one row a person with the household's columns repeated; 村信息,
条件 and 收入 are ours. A reader takes the columns in any order and under common other headings.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from households.choices import (
    Cause,
    Education,
    Health,
    HouseGrade,
    IncomeName,
    Kind,
    Labour,
    MeasureKind,
    Nation,
    Relation,
    Schooling,
    Sex,
    Water,
)
from households.register import cells
from households.register.cells import DAY, FLAG, MONEY, YEAR, CellType
from households.register.numbers import CARD, IDENTITY, NAME, PHONE


class Of(StrEnum):
    """What a column is about."""

    HOUSEHOLD = "household"
    MEMBER = "member"
    PLACE = "place"  # finds the village
    CHECK = "check"  # not kept: compared with what is kept
    YEAR = "year"
    ITEM = "item"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `must`: the heading has to be there and each of its cells be filled."""

    heading: str
    field: str
    of: Of
    type: CellType
    example: str
    must: bool = False
    aliases: tuple[str, ...] = ()
    secret: bool = False  # masked wherever an error is shown
    rule: Any = ""  # where the type's own says too little

    @property
    def says(self) -> str:
        return str(self.rule or self.type.rule)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `ignored`: headings that are known and not kept."""

    title: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def column(self, field: str) -> Column:
        return next(column for column in self.columns if column.field == field)

    def by_heading(self) -> dict[str, Column]:
        """Plain heading → column, other headings included."""
        return {
            plain(heading): column
            for column in self.columns
            for heading in (column.heading, *column.aliases)
        }


ERRORS = "错误"  # the column of a marked workbook; ignored when it comes back


def plain(heading: str) -> str:
    """Headings differ in brackets, blanks, stars and line breaks, not in meaning."""
    return re.sub(r"[\s*()()::]", "", heading)


_KINDS = {"低保户": Kind.LOW_INCOME, "五保户": Kind.DESTITUTE, "五保贫困户": Kind.DESTITUTE,
          "一般农户": Kind.ORDINARY, "特困户": Kind.DESTITUTE}  # fmt: skip
_CAUSES = {"其他": Cause.OTHER, "缺劳动力": Cause.LABOUR}
_RELATIONS = {
    "本人": Relation.HEAD, "之配偶": Relation.SPOUSE, "妻": Relation.SPOUSE, "夫": Relation.SPOUSE,
    "妻子": Relation.SPOUSE, "丈夫": Relation.SPOUSE, "子": Relation.SON, "长子": Relation.SON,
    "次子": Relation.SON, "三子": Relation.SON, "儿子": Relation.SON, "独生子": Relation.SON,
    "女": Relation.DAUGHTER, "长女": Relation.DAUGHTER, "次女": Relation.DAUGHTER,
    "女儿": Relation.DAUGHTER, "独生女": Relation.DAUGHTER, "父亲": Relation.FATHER,
    "母亲": Relation.MOTHER, "儿媳": Relation.DAUGHTER_IN_LAW, "女婿": Relation.SON_IN_LAW,
    "孙子": Relation.GRANDSON, "孙女": Relation.GRANDDAUGHTER, "之其他": Relation.OTHER,
}  # fmt: skip
_SCHOOLS = {"学前": Schooling.PRESCHOOL, "幼儿园": Schooling.PRESCHOOL, "初一": Schooling.GRADE_7,
            "初二": Schooling.GRADE_8, "初三": Schooling.GRADE_9, "非在校": Schooling.NONE,
            "高中一年级": Schooling.SENIOR_1, "高中二年级": Schooling.SENIOR_2,
            "高中三年级": Schooling.SENIOR_3}  # fmt: skip
_EDUCATION = {"文盲": Education.NONE, "半文盲": Education.NONE, "本科": Education.BACHELOR}
_HEALTH = {"慢性病": Health.CHRONIC, "大病": Health.SERIOUS}
_LABOUR = {"弱劳动力": Labour.WEAK, "半劳动力": Labour.WEAK}
_GRADES = {"A级": HouseGrade.A, "B级": HouseGrade.B, "C级": HouseGrade.C, "D级": HouseGrade.D}


def _h(heading: str, field: str, kind: CellType, example: str, **more: Any) -> Column:
    return Column(heading, field, Of.HOUSEHOLD, kind, example, **more)


def _m(heading: str, field: str, kind: CellType, example: str, **more: Any) -> Column:
    return Column(heading, field, Of.MEMBER, kind, example, **more)


def _y(heading: str, field: str, kind: CellType, example: str, **more: Any) -> Column:
    return Column(heading, field, Of.YEAR, kind, example, **more)


PEOPLE = Sheet(
    "人口信息",
    (
        Column("县(市、区、旗)", "district_name", Of.PLACE, cells.text(30), "某某区",
               aliases=("县", "县区", "区县")),
        Column("乡(镇)", "township_name", Of.PLACE, cells.text(30), "某某镇",
               aliases=("乡镇街道", "镇")),
        Column("行政村", "village_name", Of.PLACE, cells.text(40), "某某村", must=True,
               aliases=("村", "村社区", "村名称", "行政村社区")),
        Column("行政村代码", "village_code", Of.PLACE, cells.code(12), "000000000201",
               aliases=("村代码", "行政区划代码", "区划代码"), rule=_("12 位统计用区划代码")),
        _h("村民小组", "group", cells.text(20), "第3组", must=True,
           aliases=("自然村", "组", "组别")),
        _h("户编号", "number", cells.code(30), "9900010001", must=True,
           aliases=("家庭编号", "户编码")),
        _m("人编号", "number", cells.code(32), "990001000101", must=True,
           aliases=("人员编号", "成员编号")),
        _m("姓名", "name", NAME, "张三", must=True),
        _m("证件号码", "id_number", IDENTITY, "990000196001010013", must=True, secret=True,
           aliases=("公民身份号码", "身份证号码", "身份证号", "身份证明号码")),
        _m("性别", "sex", cells.words(Sex), "男"),
        _m("出生日期", "born", DAY, "1960-01-01", aliases=("出生年月日",)),
        Column("人数", "persons", Of.CHECK, cells.whole(1, 40), "4",
               aliases=("家庭人口数", "家庭人口", "户人口数")),
        _m("与户主关系", "relation", cells.words(Relation, _RELATIONS), "户主", must=True,
           aliases=("与户主的关系",)),
        _m("民族", "nation", cells.words(Nation), "汉族", must=True),
        _m("文化程度", "education", cells.words(Education, _EDUCATION), "初中"),
        _m("在校生状况", "schooling", cells.words(Schooling, _SCHOOLS), "非在校生", must=True,
           aliases=("在校生情况",)),
        _m("健康状况", "health", cells.words(Health, _HEALTH), "健康", must=True,
           aliases=("健康情况",)),
        _m("劳动技能", "labour", cells.words(Labour, _LABOUR), "普通劳动力", must=True,
           aliases=("劳动能力",)),
        _m("务工时间(月)", "work_months", cells.whole(0, 12), "6", aliases=("务工时间",)),
        _m("是否参加基本医疗保险", "insured", FLAG, "是",
           aliases=("城乡居民医保", "是否参加城乡居民基本医疗保险", "是否参加城乡居民医疗保险")),
        _m("是否参加大病保险", "serious_illness_insured", FLAG, "是"),
        _m("残疾证号", "disability_card", CARD, "99000019600101001341", secret=True,
           aliases=("残疾人证号", "残疾证号码")),
        _m("人联系电话", "phone", PHONE, "10000000001", secret=True, aliases=("人员联系电话",)),
        _h("贫困户属性", "kind", cells.words(Kind, _KINDS), "一般贫困户", must=True),
        _h("脱贫属性", "exit_state", cells.EXIT_STATE, "未脱贫", must=True),
        _h("致贫原因1", "main_cause", cells.words(Cause, _CAUSES), "因病", must=True,
           aliases=("主要致贫原因", "致贫原因")),
        _h("其他致贫原因", "other_causes", cells.several(Cause, 2), "缺技术、缺资金",
           aliases=("致贫原因2",)),
        _h("首次识别时间", "first_identified_year", YEAR, "2014", aliases=("识别年度",)),
        _h("返贫年度", "relapsed_year", YEAR, "2018"),
        _h("预计脱贫年度", "planned_exit_year", YEAR, "2020", aliases=("计划脱贫年度",)),
        _h("户联系电话", "phone", PHONE, "10000000001", secret=True, aliases=("联系电话",)),
        _h("家庭住址", "address", cells.text(100, width=24), "第3组12号", aliases=("住址", "地址")),
        _h("帮扶责任人", "helper_name", NAME, "李四", aliases=("帮扶联系人", "帮扶责任人姓名")),
        _h("帮扶单位及职务", "helper_organ", cells.text(60), "某某局科员",
           aliases=("帮扶单位", "帮扶责任人单位")),
        _h("帮扶责任人电话", "helper_phone", PHONE, "10000000002", secret=True,
           aliases=("帮扶人电话", "帮扶责任人联系电话")),
        Column("危房户", "unsafe_house", Of.CHECK, FLAG, "否", aliases=("是否危房户",)),
        Column("是否解决安全饮用水", "safe_water", Of.CHECK, FLAG, "是", aliases=("饮水是否安全",)),
        Column("人均纯收入", "per_head", Of.CHECK, MONEY, "4321.00",
               aliases=("家庭人均纯收入", "年人均纯收入", "人均纯收入元")),
    ),
    aliases=("人口", "贫困人口", "贫困人口信息", "建档立卡贫困人口"),
    ignored=("序号", "数据日期", "省", "市", "人员识别时间", "户类型",
             "易返贫致贫户(监测对象)类型", "风险是否消除", "风险识别时间", "风险消除时间"),
)  # fmt: skip

VILLAGES = Sheet(
    "村信息",
    (
        Column("行政村代码", "village_code", Of.PLACE, cells.code(12), "000000000201",
               aliases=("村代码", "行政区划代码"), rule=_("12 位统计用区划代码")),
        Column("县(市、区、旗)", "district_name", Of.PLACE, cells.text(30), "某某区",
               aliases=("县",)),
        Column("乡(镇)", "township_name", Of.PLACE, cells.text(30), "某某镇"),
        Column("行政村", "village_name", Of.PLACE, cells.text(40), "某某村", must=True,
               aliases=("村", "村社区")),
        Column("是否贫困村", "poor_village", Of.VILLAGE, FLAG, "是", aliases=("贫困村",)),
        Column("出列年度", "year_out", Of.VILLAGE, YEAR, "2018"),
        Column("村民代表人数", "representatives", Of.VILLAGE, cells.whole(1, 500), "36"),
        Column("有驻村工作队", "has_team", Of.VILLAGE, FLAG, "是", aliases=("是否有驻村工作队",)),
        Column("公示公告栏位置", "board_place", Of.VILLAGE, cells.text(60), "村部门口"),
        Column("群众集中地", "gathering_place", Of.VILLAGE, cells.text(60), "文化广场"),
        Column("村办公电话", "office_phone", Of.VILLAGE, PHONE, "0000-1000001"),
        Column("村集体收入(元)", "village_income_fen", Of.VILLAGE, MONEY, "56000.00"),
        Column("总户数", "total_households", Of.VILLAGE, cells.whole(1, 99999), "420"),
        Column("总人口", "total_persons", Of.VILLAGE, cells.whole(1, 999999), "1580"),
    ),
    aliases=("村情", "行政村信息"),
    ignored=("序号",),
)  # fmt: skip

CONDITIONS = Sheet(
    "条件",
    (
        _y("户编号", "number", cells.code(30), "9900010001", must=True, aliases=("家庭编号",)),
        _y("核算人口", "persons", cells.whole(1, 40), "4", rule=_("计算人均收入的人口数")),
        _y("收入稳定", "income_stable", FLAG, "是"),
        _y("稳定性说明", "stable_note", cells.text(200), "长年在镇上务工"),
        _y("收入有佐证", "income_proved", FLAG, "是"),
        _y("口粮有保障", "staple_food", FLAG, "是"),
        _y("有换季衣被", "seasonal_clothes", FLAG, "是"),
        _y("失学辍学人数", "dropouts", cells.whole(0, 40), "0"),
        _y("两后生未升学人数", "not_in_higher_school", cells.whole(0, 40), "0"),
        _y("家庭医生签约人数", "contracted_doctor", cells.whole(0, 40), "4"),
        _y("应参加养老保险人数", "pension_eligible", cells.whole(0, 40), "2"),
        _y("参加养老保险人数", "pension_insured", cells.whole(0, 40), "2"),
        _y("住房等级", "house_grade", cells.words(HouseGrade, _GRADES, empty=None), "B",
           aliases=("房屋等级", "危房等级")),
        _y("鉴定文号", "house_certificate", cells.text(60), "某建鉴〔2020〕12号"),
        _y("住房面积", "house_area_m2", cells.area(9999), "86.5", aliases=("住房面积(平方米)",)),
        _y("住房结构", "house_structure", cells.text(20), "砖混"),
        _y("已入住", "lives_there", FLAG, "是"),
        _y("饮水方式", "water", cells.words(Water), "自来水"),
        _y("饮水安全", "water_safe", FLAG, "是"),
        _y("取水距离(米)", "water_distance_m", cells.whole(0, 99999), "50"),
        _y("取水时间(分钟)", "water_minutes", cells.whole(0, 600), "3"),
        _y("帮扶措施", "measure_kinds", cells.several(MeasureKind, 10), "产业带动、就业培训"),
        _y("帮扶成效显著", "effect_evident", FLAG, "是"),
        _y("政策已落实", "policy_delivered", FLAG, "是"),
        _y("居住环境整洁", "tidy_home", FLAG, "是"),
        _y("刚性支出过大", "rigid_costs", FLAG, "否"),
        _y("因病因学自付明显大于收入", "illness_school_costs", FLAG, "否"),
        _y("因残致贫无稳定收入", "disabled_no_stable_income", FLAG, "否"),
    ),
    aliases=("家庭条件", "户条件"),
    ignored=("序号", "户主姓名"),
)  # fmt: skip

INCOME = Sheet(
    "收入",
    (
        Column("户编号", "number", Of.ITEM, cells.code(30), "9900010001", must=True,
               aliases=("家庭编号",)),
        Column("项目", "item", Of.ITEM, cells.words(IncomeName), "工资性收入", must=True,
               aliases=("收入项目",)),
        Column("明细", "detail", Of.ITEM, cells.text(60), "水稻"),
        Column("人编号", "member", Of.ITEM, cells.code(32), "990001000101",
               rule=_("本户成员的人编号")),
        Column("数量", "quantity", Of.ITEM, cells.text(20), "3亩"),
        Column("金额(元)", "amount_fen", Of.ITEM, MONEY, "12000.00", must=True, aliases=("金额",)),
        Column("佐证", "proof", Of.ITEM, cells.text(60), "工资流水"),
    ),
    aliases=("收入明细", "收入统计"),
    ignored=("序号", "户主姓名"),
)  # fmt: skip

SHEETS = (PEOPLE, VILLAGES, CONDITIONS, INCOME)
