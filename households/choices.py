"""Code lists of the register (DOMAIN 8): value = the word of the national export."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Item


class Kind(TextChoices):
    """贫困户属性."""

    ORDINARY = "ordinary", _("一般贫困户")
    LOW_INCOME = "low_income", _("低保贫困户")
    DESTITUTE = "destitute", _("特困供养贫困户")


class Cause(TextChoices):
    """致贫原因: main exactly one, others at most two (national form A3a, A3b)."""

    ILLNESS = "illness", _("因病")
    DISABILITY = "disability", _("因残")
    SCHOOL = "school", _("因学")
    DISASTER = "disaster", _("因灾")
    LAND = "land", _("缺土地")
    WATER = "water", _("缺水")
    SKILL = "skill", _("缺技术")
    LABOUR = "labour", _("缺劳力")
    MONEY = "money", _("缺资金")
    TRAFFIC = "traffic", _("交通条件落后")
    DRIVE = "drive", _("自身发展动力不足")
    OTHER = "other", _("其它")


class Sex(TextChoices):
    """性别 (GB/T 2261.1)."""

    MALE = "1", _("男")
    FEMALE = "2", _("女")


class Relation(TextChoices):
    """与户主关系: the register's word; the two digits are GB/T 4761."""

    HEAD = "02", _("户主")
    SPOUSE = "10", _("配偶")
    SON = "20", _("之子")
    DAUGHTER = "30", _("之女")
    SON_IN_LAW = "28", _("之女婿")
    DAUGHTER_IN_LAW = "38", _("之儿媳")
    GRANDSON = "41", _("之孙子")
    GRANDDAUGHTER = "42", _("之孙女")
    GRANDSON_BY_DAUGHTER = "43", _("之外孙子")
    GRANDDAUGHTER_BY_DAUGHTER = "44", _("之外孙女")
    FATHER = "51", _("之父")
    MOTHER = "52", _("之母")
    HUSBANDS_FATHER = "53", _("之公公")
    HUSBANDS_MOTHER = "54", _("之婆婆")
    WIFES_FATHER = "55", _("之岳父")
    WIFES_MOTHER = "56", _("之岳母")
    GRANDFATHER = "61", _("之祖父")
    GRANDMOTHER = "62", _("之祖母")
    SIBLING = "70", _("之兄弟姐妹")
    OTHER = "97", _("其他")


# The sex a relation implies; a public checker tool names the disagreement as a common fault.
SEX_OF: dict[str, str] = {
    **dict.fromkeys(("20", "28", "41", "43", "51", "53", "55", "61"), Sex.MALE),
    **dict.fromkeys(("30", "38", "42", "44", "52", "54", "56", "62"), Sex.FEMALE),
}


class Schooling(TextChoices):
    """在校生状况."""

    NONE = "none", _("非在校生")
    PRESCHOOL = "preschool", _("学前教育")
    PRIMARY = "primary", _("小学")
    GRADE_7 = "grade_7", _("七年级")
    GRADE_8 = "grade_8", _("八年级")
    GRADE_9 = "grade_9", _("九年级")
    SENIOR_1 = "senior_1", _("高一")
    SENIOR_2 = "senior_2", _("高二")
    SENIOR_3 = "senior_3", _("高三")
    VOCATIONAL_1 = "vocational_1", _("中职一年级")
    VOCATIONAL_2 = "vocational_2", _("中职二年级")
    VOCATIONAL_3 = "vocational_3", _("中职三年级")
    COLLEGE_1 = "college_1", _("高职一年级")
    COLLEGE_2 = "college_2", _("高职二年级")
    COLLEGE_3 = "college_3", _("高职三年级")
    TECHNICAL_1 = "technical_1", _("技工一年级")
    TECHNICAL_2 = "technical_2", _("技工二年级")
    TECHNICAL_3 = "technical_3", _("技工三年级")
    TECHNICAL_4 = "technical_4", _("技工四年级")
    BACHELOR_1 = "bachelor_1", _("本科一年级")
    BACHELOR_2 = "bachelor_2", _("本科二年级")
    BACHELOR_3 = "bachelor_3", _("本科三年级")
    BACHELOR_4 = "bachelor_4", _("本科四年级")
    BACHELOR_5 = "bachelor_5", _("本科五年级")
    MASTER = "master", _("硕士及以上")


class Education(TextChoices):
    """文化程度."""

    NONE = "none", _("文盲或半文盲")
    PRIMARY = "primary", _("小学")
    JUNIOR = "junior", _("初中")
    SENIOR = "senior", _("高中")
    COLLEGE = "college", _("大专")
    BACHELOR = "bachelor", _("本科及以上")


class Health(TextChoices):
    """健康状况."""

    WELL = "well", _("健康")
    CHRONIC = "chronic", _("长期慢性病")
    SERIOUS = "serious", _("患有大病")
    DISABLED = "disabled", _("残疾")


class Labour(TextChoices):
    """劳动技能."""

    ORDINARY = "ordinary", _("普通劳动力")
    SKILLED = "skilled", _("技能劳动力")
    WEAK = "weak", _("弱劳动力或半劳动力")
    LOST = "lost", _("丧失劳动力")
    NONE = "none", _("无劳动力")


ABLE: tuple[str, ...] = (Labour.ORDINARY, Labour.SKILLED, Labour.WEAK)


class HouseGrade(TextChoices):
    """住房安全等级, as the ordinal a rule compares: A is 1, D is 4."""

    A = "1", "A"
    B = "2", "B"
    C = "3", "C"
    D = "4", "D"


class Water(TextChoices):
    """饮水方式."""

    TAP = "tap", _("自来水")
    WELL = "well", _("井水")
    SPRING = "spring", _("山泉水")
    CISTERN = "cistern", _("水窖")
    OTHER = "other", _("其他")


class MeasureKind(TextChoices):
    """享受帮扶措施 (004 三(一)4(7))."""

    RESETTLEMENT = "resettlement", _("易地扶贫搬迁")
    HOUSE_REPAIR = "house_repair", _("农村危房改造")
    INDUSTRY = "industry", _("产业带动")
    EDUCATION = "education", _("教育帮扶")
    ASSETS = "assets", _("资产收益")
    TRAINING = "training", _("就业培训")
    TRANSFER = "transfer", _("有序转移就业")
    FINANCE = "finance", _("金融扶持")
    ECOLOGY = "ecology", _("生态扶持")
    SAFETY_NET = "safety_net", _("低保兜底")


class Change(TextChoices):
    """人口变更: 增加, 减少, 转移; members are never deleted (004: never 清退 or 补录)."""

    ADDED = "added", _("增加")
    LEFT = "left", _("减少")
    MOVED = "moved", _("转移")


class ChangeReason(TextChoices):
    """成员增减原因."""

    BORN = "born", _("新生儿")
    MARRIED_IN = "married_in", _("婚入")
    RETURNED = "returned", _("户籍迁入")
    DIED = "died", _("死亡")
    MARRIED_OUT = "married_out", _("婚出")
    MOVED_OUT = "moved_out", _("户籍迁出")
    SPLIT = "split", _("分户")


JOINING = frozenset({ChangeReason.BORN, ChangeReason.MARRIED_IN, ChangeReason.RETURNED})
LEAVING = frozenset(ChangeReason) - JOINING


class IncomeName(TextChoices):
    """The items of 年度人均纯收入统计表 in words (DOMAIN 6.2)."""

    WAGES = Item.WAGES.value, _("工资性收入")
    BUSINESS = Item.BUSINESS.value, _("生产经营性收入")
    PROPERTY = Item.PROPERTY.value, _("财产性收入")
    FAMILY_PLANNING = Item.FAMILY_PLANNING.value, _("计划生育金")
    LOW_INCOME_ALLOWANCE = Item.LOW_INCOME_ALLOWANCE.value, _("低保金")
    DESTITUTE_SUPPORT = Item.DESTITUTE_SUPPORT.value, _("特困供养金")
    PENSION = Item.PENSION.value, _("养老保险金")
    ECOLOGY = Item.ECOLOGY.value, _("生态补偿金")
    DISABILITY_SUBSIDY = Item.DISABILITY_SUBSIDY.value, _("残疾人两项补贴")
    FARM_SUBSIDY = Item.FARM_SUBSIDY.value, _("农业补贴")
    OLD_AGE_SUBSIDY = Item.OLD_AGE_SUBSIDY.value, _("高龄补贴")
    RESETTLEMENT_SUBSIDY = Item.RESETTLEMENT_SUBSIDY.value, _("水库移民补贴")
    LONG_TERM_SUBSIDY = Item.LONG_TERM_SUBSIDY.value, _("其他长期性政府补助")
    EDUCATION_AID = Item.EDUCATION_AID.value, _("教育保障类补助")
    MEDICAL_AID = Item.MEDICAL_AID.value, _("医疗保障类补助")
    HOUSING_AID = Item.HOUSING_AID.value, _("住房保障类补助")
    INDUSTRY_AWARD = Item.INDUSTRY_AWARD.value, _("产业奖补")
    LOAN = Item.LOAN.value, _("扶贫小额贷款")
    TEMPORARY_AID = Item.TEMPORARY_AID.value, _("临时救助金")
    INSURANCE_PAYOUT = Item.INSURANCE_PAYOUT.value, _("保险赔付金")
    DONATION = Item.DONATION.value, _("捐赠慰问金")
    SHORT_TERM_SUBSIDY = Item.SHORT_TERM_SUBSIDY.value, _("其他短期性补助")
    BUSINESS_COST = Item.BUSINESS_COST.value, _("生产经营性支出")


# 民族 (GB/T 3304), 01–56.
_NATIONS = (
    _("汉族"), _("蒙古族"), _("回族"), _("藏族"), _("维吾尔族"), _("苗族"), _("彝族"), _("壮族"),
    _("布依族"), _("朝鲜族"), _("满族"), _("侗族"), _("瑶族"), _("白族"), _("土家族"),
    _("哈尼族"), _("哈萨克族"), _("傣族"), _("黎族"), _("傈僳族"), _("佤族"), _("畲族"),
    _("高山族"), _("拉祜族"), _("水族"), _("东乡族"), _("纳西族"), _("景颇族"), _("柯尔克孜族"),
    _("土族"), _("达斡尔族"), _("仫佬族"), _("羌族"), _("布朗族"), _("撒拉族"), _("毛南族"),
    _("仡佬族"), _("锡伯族"), _("阿昌族"), _("普米族"), _("塔吉克族"), _("怒族"), _("乌孜别克族"),
    _("俄罗斯族"), _("鄂温克族"), _("德昂族"), _("保安族"), _("裕固族"), _("京族"), _("塔塔尔族"),
    _("独龙族"), _("鄂伦春族"), _("赫哲族"), _("门巴族"), _("珞巴族"), _("基诺族"),
)  # fmt: skip

Nation: type[TextChoices] = TextChoices(  # type: ignore[call-overload]  # the functional form, since 56 lines say no more
    "Nation", [(f"N{n:02}", (f"{n:02}", name)) for n, name in enumerate(_NATIONS, 1)]
)
