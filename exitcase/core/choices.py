"""The words of the procedure, known on every floor. A leaf: imports nothing of ours, no Django.

Words a programme file may use stand here as enums; their Chinese is in `core.words`.
"""

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """Levels of 行政区划, highest first; the number of digits of a region's code tells it."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    TOWNSHIP = "township"
    VILLAGE = "village"


DIGITS: Final[dict[Level, int]] = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.DISTRICT: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}


class Role(StrEnum):
    """A named set of acts; held by an `Appointment` over a region, from–to (DESIGN 9)."""

    VILLAGE_CADRE = "village_cadre"
    HELPER = "helper"
    WORK_TEAM = "work_team"
    TOWNSHIP_OFFICER = "township_officer"
    TOWNSHIP_LEADER = "township_leader"
    TOWNSHIP_STATION = "township_station"
    BUREAU = "bureau"
    DISTRICT_OFFICER = "district_officer"
    DISTRICT_INSPECTOR = "district_inspector"
    DISTRICT_LEADER = "district_leader"
    CITY_INSPECTOR = "city_inspector"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class StageKind(StrEnum):
    """What a stage *is*; code knows kinds, programme data says which stages, in which order."""

    COLLECT = "collect"
    APPLY = "apply"
    MEETING = "meeting"
    CONSENT = "consent"
    NOTICE = "notice"
    SUBMIT = "submit"
    CHECK = "check"
    COMPARE = "compare"
    DRAW_CHECK = "draw_check"
    DECIDE = "decide"
    MARK = "mark"
    ANNOUNCE = "announce"
    RECTIFY = "rectify"
    FILE = "file"


# django-fsm wants its sources spelt out, so every key a programme may use is listed here.
CATALOGUE: Final[dict[str, StageKind]] = {
    "application": StageKind.APPLY,
    "collection": StageKind.COLLECT,
    "survey": StageKind.COLLECT,
    "analysis": StageKind.MEETING,
    "assembly": StageKind.MEETING,
    "appraisal": StageKind.MEETING,
    "representatives": StageKind.MEETING,
    "committees": StageKind.MEETING,
    "second_appraisal": StageKind.MEETING,
    "sign_off": StageKind.CONSENT,
    "second_sign_off": StageKind.CONSENT,
    "village_notice": StageKind.NOTICE,
    "community_notice": StageKind.NOTICE,
    "township_notice": StageKind.NOTICE,
    "notice_2": StageKind.NOTICE,
    "notice_3": StageKind.NOTICE,
    "village_submission": StageKind.SUBMIT,
    "community_submission": StageKind.SUBMIT,
    "township_submission": StageKind.SUBMIT,
    "street_submission": StageKind.SUBMIT,
    "final_submission": StageKind.SUBMIT,
    "city_report": StageKind.SUBMIT,
    "qualification": StageKind.CHECK,
    "village_check": StageKind.CHECK,
    "community_check": StageKind.CHECK,
    "township_check": StageKind.CHECK,
    "township_review": StageKind.CHECK,
    "street_review": StageKind.CHECK,
    "lead_review": StageKind.CHECK,
    "acceptance": StageKind.CHECK,
    "district_visit": StageKind.CHECK,
    "district_inspection": StageKind.CHECK,
    "look_back": StageKind.CHECK,
    "supervision": StageKind.CHECK,
    "self_helper": StageKind.CHECK,
    "self_area": StageKind.CHECK,
    "self_work": StageKind.CHECK,
    "check_2": StageKind.CHECK,
    "comparison": StageKind.COMPARE,
    "comparison_2": StageKind.COMPARE,
    "city_check": StageKind.DRAW_CHECK,
    "county_inspection": StageKind.DRAW_CHECK,
    "mutual_check": StageKind.DRAW_CHECK,
    "township_decision": StageKind.DECIDE,
    "review": StageKind.DECIDE,
    "decision": StageKind.DECIDE,
    "county_decision": StageKind.DECIDE,
    "approval": StageKind.DECIDE,
    "mark": StageKind.MARK,
    "entry": StageKind.MARK,
    "community_announcement": StageKind.ANNOUNCE,
    "announcement": StageKind.ANNOUNCE,
    "department_fix": StageKind.RECTIFY,
    "problem_fix": StageKind.RECTIFY,
    "data_fix": StageKind.RECTIFY,
    "rectification": StageKind.RECTIFY,
    "filing": StageKind.FILE,
    "summary": StageKind.FILE,
}


def keys_of(kind: StageKind) -> list[str]:
    """The catalogue's stage keys of one kind: the sources of that kind's transition."""
    return [key for key, its_kind in CATALOGUE.items() if its_kind == kind]


class End(StrEnum):
    """How a case can end; an ended case never moves again."""

    GRANTED = "granted"  # in an exit programme: 退出
    REFUSED = "refused"  # 不予退出
    WITHDRAWN = "withdrawn"  # 撤回
    CEASED = "ceased"  # 死亡销户、整户转移、并户、清退


LISTED: Final = "listed"  # a case that has passed nothing yet
CLOSED: Final = "closed"  # a batch that has left its last stage
LIVE: Final = (LISTED, *CATALOGUE)
ENDS: Final = tuple(End)
UNGRANTED: Final = (End.REFUSED, End.WITHDRAWN, End.CEASED)


class Act(StrEnum):
    """What somebody did: the verb of a journal row, and the key of a gate set."""

    # moves of the two machines
    LIST = "list"  # 列入名单
    PASS = "pass"  # noqa: S105  # 户案通过本环节
    CLOSE = "close"  # 批次离开本环节
    SPLIT_OFF = "split_off"  # 分出
    MERGE = "merge"  # 并入
    SEND_BACK = "send_back"  # 退回
    REFUSE = "refuse"  # 不予退出
    WITHDRAW = "withdraw"  # 撤回
    CEASE = "cease"  # 终止(死亡销户等)
    GIVE_REASON = "give_reason"  # 对软性提示说明理由
    # the register
    IMPORT = "import"  # 导入
    SET_STATUS = "set_status"  # 户状态变更
    RECORD_YEAR = "record_year"  # 录入年度信息
    RECORD_VILLAGE = "record_village"  # 录入村信息
    CHANGE_MEMBER = "change_member"  # 成员增减
    # facts of the village
    RECORD_SURVEY = "record_survey"  # 登记入户调查
    HOLD_MEETING = "hold_meeting"  # 召开评议会
    VOTE = "vote"  # 表决
    SIGN = "sign"  # 签字
    REFUSE_TO_SIGN = "refuse_to_sign"  # 拒签
    GIVE_MANDATE = "give_mandate"  # 出具委托书
    # notices
    DRAFT_NOTICE = "draft_notice"  # 拟公示
    RELEASE_NOTICE = "release_notice"  # 核发公示
    HANG = "hang"  # 张贴
    ADD_EVIDENCE = "add_evidence"  # 补公示照片
    CLOSE_NOTICE = "close_notice"  # 公示期满
    TAKE_DOWN = "take_down"  # 撤下公示
    STRIKE_OUT = "strike_out"  # 划去公示中的户
    OBJECT = "object"  # 提出异议
    ANSWER_OBJECTION = "answer_objection"  # 办结异议
    # upwards
    SUBMIT = "submit"  # 送审
    RECEIVE = "receive"  # 接收
    RECALL = "recall"  # 撤回送审
    INSPECT = "inspect"  # 入户核查
    ASSESS = "assess"  # 达标认定
    COMPARE = "compare"  # 比对反馈
    RAISE_HIT = "raise_hit"  # 提出疑点
    EXPLAIN_HIT = "explain_hit"  # 说明疑点
    JUDGE_HIT = "judge_hit"  # 疑点结论
    PROPOSE = "propose"  # 请示
    DECIDE = "decide"  # 审批
    MARK = "mark"  # 标识
    UNMARK = "unmark"  # 撤销标识
    FREEZE = "freeze"  # 冻结抽样框
    DRAW = "draw"  # 抽样
    RECTIFY = "rectify"  # 整改
    RECHECK = "recheck"  # 复查
    ANNOUNCE = "announce"  # 公告
    DELIVER = "deliver"  # 送达告知书
    FILE = "file"  # 备案
    ISSUE_PAPER = "issue_paper"  # 出具文书
    # people and the house
    APPOINT = "appoint"  # 任职
    DISMISS = "dismiss"  # 免职
    LOAD_PROGRAMME = "load_programme"  # 载入方案
    LOAD_REGIONS = "load_regions"  # 载入区划
    READ = "read"  # 查阅(日封)


class Ground(StrEnum):
    """Why something is sent back (DESIGN 5)."""

    NOT_MET = "not_met"  # 条件不符
    PROCEDURE = "procedure"  # 程序不完整


class Reason(StrEnum):
    """Why a case ended without being granted; a programme's bars add their own keys (B1 …)."""

    VOTED_DOWN = "voted_down"  # 评议未通过
    NOT_CONSENTED = "not_consented"  # 户未认可
    OBJECTION_UPHELD = "objection_upheld"  # 异议成立
    CHECK_FAILED = "check_failed"  # 核实不达标
    NOT_MET_HOUSEHOLD = "not_met_household"  # 三次入户未遇, 未核实
    INSPECTION_FAILED = "inspection_failed"  # 抽查不达标
    CITY_FAILED = "city_failed"  # 市核查不达标且整改不合格
    BAR = "bar"  # 方案所列不予退出情形
    DISAPPROVED = "disapproved"  # 审批未批准
    PROCEDURE = "procedure"  # 程序不完整, 由审批机关终止
    HOUSEHOLD_WITHDREW = "household_withdrew"  # 户申请撤回
    VILLAGE_WITHDREW = "village_withdrew"  # 村撤回
    DIED = "died"  # 死亡销户
    MOVED_AWAY = "moved_away"  # 整户转移
    MERGED = "merged"  # 并户
    CLEARED_OUT = "cleared_out"  # 清退


REASONS_OF: Final[dict[End, tuple[Reason, ...]]] = {
    End.REFUSED: (
        Reason.VOTED_DOWN,
        Reason.NOT_CONSENTED,
        Reason.OBJECTION_UPHELD,
        Reason.CHECK_FAILED,
        Reason.NOT_MET_HOUSEHOLD,
        Reason.INSPECTION_FAILED,
        Reason.CITY_FAILED,
        Reason.BAR,
        Reason.DISAPPROVED,
        Reason.PROCEDURE,
    ),
    End.WITHDRAWN: (Reason.HOUSEHOLD_WITHDREW, Reason.VILLAGE_WITHDREW),
    End.CEASED: (Reason.DIED, Reason.MOVED_AWAY, Reason.MERGED, Reason.CLEARED_OUT),
}


class Status(StrEnum):
    """Where a household stands in the register, apart from any case."""

    REGISTERED = "registered"
    EXITING = "exiting"
    EXITED = "exited"
    RELAPSED = "relapsed"
    APPLICANT = "applicant"
    REMOVED = "removed"
    CEASED = "ceased"


class Purpose(StrEnum):
    """What a programme is for."""

    EXIT = "exit"
    IDENTIFY = "identify"
    RELAPSE = "relapse"
    REVERIFY = "reverify"
    REVIEW = "review"


class Basis(StrEnum):
    """How sure we are of a rule."""

    SEED = "seed"
    LAW = "law"
    RECONSTRUCTED = "reconstructed"


class Post(StrEnum):
    """Who a signer, visitor or member of a body is, apart from any account."""

    HOUSEHOLD = "household"
    HELPER = "helper"
    APPRAISAL_LEADER = "appraisal_leader"
    VILLAGE_SECRETARY = "village_secretary"
    VILLAGE_DIRECTOR = "village_director"
    VILLAGE_CADRE = "village_cadre"
    VILLAGE_REP = "village_rep"
    VILLAGER = "villager"
    TEAM_LEADER = "team_leader"
    TEAM_MEMBER = "team_member"
    FIRST_SECRETARY = "first_secretary"
    TOWNSHIP_CADRE = "township_cadre"
    AREA_CADRE = "area_cadre"
    TOWNSHIP_LEADER = "township_leader"
    FOUR_POSTS = "four_posts"
    DISTRICT_INSPECTOR = "district_inspector"
    CITY_INSPECTOR = "city_inspector"
    POVERTY_OFFICE_STAFF = "poverty_office_staff"
    MUTUAL_CHECKER = "mutual_checker"


class Capacity(StrEnum):
    """In what right somebody signs for the household (DESIGN 9)."""

    HEAD = "head"
    ADULT_MEMBER = "adult_member"
    AGENT = "agent"
    GUARDIAN = "guardian"


class SignMark(StrEnum):
    """What the pen, the finger or the seal left on the paper."""

    HAND = "hand"  # 手写
    FINGERPRINT = "fingerprint"  # 捺手印
    SEAL = "seal"  # 私章


class Place(StrEnum):
    """Kinds of places where a notice or announcement hangs."""

    VILLAGE_BOARD = "village_board"
    GATHERING_PLACE = "gathering_place"
    VILLAGE_OFFICE = "village_office"
    IN_VILLAGE = "in_village"
    TOWNSHIP_BOARD = "township_board"
    PUBLIC_SITE = "public_site"


PLACE_LEVEL: Final[dict[Place, Level]] = {
    Place.VILLAGE_BOARD: Level.VILLAGE,
    Place.GATHERING_PLACE: Level.VILLAGE,
    Place.VILLAGE_OFFICE: Level.VILLAGE,
    Place.IN_VILLAGE: Level.VILLAGE,
    Place.TOWNSHIP_BOARD: Level.TOWNSHIP,
    Place.PUBLIC_SITE: Level.DISTRICT,
}


class Mode(StrEnum):
    """How a visit was made."""

    HOME = "home"
    CARE_HOME = "care_home"
    HOSPITAL = "hospital"
    VIDEO = "video"
    NEIGHBOURS = "neighbours"
    INTERVIEW = "interview"
    FILE = "file"
    ONSITE = "onsite"
    DATA = "data"


class Finding(StrEnum):
    """What one visit, or one indicator of it, came to."""

    MET = "met"  # 达标
    SHORT = "short"  # 未达标
    NOT_MET_HOME = "not_met_home"  # 未遇


class Klass(StrEnum):
    """Classes of cases a stage, a stratum or a sample may name."""

    APPLICANT = "applicant"
    REGISTERED = "registered"
    RELAPSED = "relapsed"
    LOW_INCOME = "low_income"
    DESTITUTE = "destitute"
    ENJOYING = "enjoying"
    NOT_ENJOYING = "not_enjoying"
    INSTANT_HELP = "instant_help"
    POOR_VILLAGE = "poor_village"
    OTHER_VILLAGE = "other_village"
    NOT_MET = "not_met"


class Fact(StrEnum):
    """Facts a rule may name: of the year, of the register, of a village."""

    PER_HEAD_INCOME = "per_head_income"
    INCOME_STABLE = "income_stable"
    INCOME_PROVED = "income_proved"
    STAPLE_FOOD = "staple_food"
    SEASONAL_CLOTHES = "seasonal_clothes"
    DROPOUTS = "dropouts"
    NOT_IN_HIGHER_SCHOOL = "not_in_higher_school"
    INSURED = "insured"
    SERIOUS_ILLNESS_INSURED = "serious_illness_insured"
    CONTRACTED_DOCTOR = "contracted_doctor"
    PERSONS = "persons"
    PENSION_ELIGIBLE = "pension_eligible"
    PENSION_INSURED = "pension_insured"
    HOUSE_GRADE = "house_grade"
    LIVES_THERE = "lives_there"
    WATER_DISTANCE_M = "water_distance_m"
    WATER_SAFE = "water_safe"
    MEASURES = "measures"
    EFFECT_EVIDENT = "effect_evident"
    POLICY_DELIVERED = "policy_delivered"
    TIDY_HOME = "tidy_home"
    RIGID_COSTS = "rigid_costs"
    FIRST_IDENTIFIED_YEAR = "first_identified_year"
    RELAPSED_YEAR = "relapsed_year"
    ILLNESS_SCHOOL_COSTS = "illness_school_costs"
    DISABLED_NO_STABLE_INCOME = "disabled_no_stable_income"
    HIT_UNVERIFIED = "hit_unverified"
    HIT_NOT_MET = "hit_not_met"
    COMMERCIAL_HOUSING = "commercial_housing"
    CAR = "car"
    PUBLIC_PAYROLL = "public_payroll"
    BUSINESS = "business"
    DUPLICATE_NUMBER = "duplicate_number"
    FALSE_DISABILITY_CARD = "false_disability_card"
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    HEAD = "head"
    GROUP = "group"
    HOUSEHOLD_PERSONS = "household_persons"
    MEMBERS = "members"
    INCOME_ITEMS = "income_items"
    RELATION = "relation"
    HEALTH = "health"
    INDICATORS = "indicators"
    BANK_ACCOUNT = "bank_account"
    ADDRESS = "address"
    VILLAGE_INCOME_FEN = "village_income_fen"
    PROJECT_CHANGE_PERCENT = "project_change_percent"
    SHARE_OUT_MONTHS = "share_out_months"


class Item(StrEnum):
    """Income items of 年度人均纯收入统计表 (DOMAIN 6.2); `*_cost` are 生产经营性支出."""

    WAGES = "wages"
    BUSINESS = "business"
    PROPERTY = "property"
    FAMILY_PLANNING = "family_planning"
    LOW_INCOME_ALLOWANCE = "low_income_allowance"
    DESTITUTE_SUPPORT = "destitute_support"
    PENSION = "pension"
    ECOLOGY = "ecology"
    DISABILITY_SUBSIDY = "disability_subsidy"
    FARM_SUBSIDY = "farm_subsidy"
    OLD_AGE_SUBSIDY = "old_age_subsidy"
    RESETTLEMENT_SUBSIDY = "resettlement_subsidy"
    LONG_TERM_SUBSIDY = "long_term_subsidy"
    EDUCATION_AID = "education_aid"
    MEDICAL_AID = "medical_aid"
    HOUSING_AID = "housing_aid"
    INDUSTRY_AWARD = "industry_award"
    LOAN = "loan"
    TEMPORARY_AID = "temporary_aid"
    INSURANCE_PAYOUT = "insurance_payout"
    DONATION = "donation"
    SHORT_TERM_SUBSIDY = "short_term_subsidy"
    BUSINESS_COST = "business_cost"  # always deducted, never named by a programme


class Record(StrEnum):
    """Things a stage may ask to have on record beside its rules."""

    WORK_PLAN = "work_plan"
    TRAINING = "training"
    POLICY_BRIEFING = "policy_briefing"
    ABSENT_CONTACTED = "absent_contacted"
    NOT_APPLIED_PROPOSED = "not_applied_proposed"
    OBJECTION_REVOTE = "objection_revote"
    ABSENTEES_ASKED = "absentees_asked"
    WRITTEN_RESOLUTION = "written_resolution"
    CITY_EXPLANATION = "city_explanation"
    SUPPORTING_PROOF = "supporting_proof"
    CRITICISM_NOTICE = "criticism_notice"
    SAME_FAULT_ELSEWHERE = "same_fault_elsewhere"
    GEO = "geo"


class Origin(StrEnum):
    """Where a rectification comes from."""

    COMPARISON = "comparison"
    INSPECTION = "inspection"
    CITY_CHECK = "city_check"
    SELF_CHECK = "self_check"
    MUTUAL_CHECK = "mutual_check"
    FEEDBACK = "feedback"
    SUPERVISION = "supervision"


class PaperKind(StrEnum):
    """What a rendered document is; a programme's `paper.key` is one of these."""

    ACCEPTANCE_FORM = "acceptance_form"  # 附件1
    SUBMISSION_FORM = "submission_form"  # 附件2
    EXIT_LIST = "exit_list"  # 附件3
    INCOME_STATEMENT = "income_statement"
    MINUTES = "minutes"
    MANDATE = "mandate"
    VILLAGE_NOTICE = "village_notice"
    TOWNSHIP_NOTICE = "township_notice"
    BUREAU_ANSWER = "bureau_answer"
    INSPECTION_SUMMARY = "inspection_summary"
    REQUEST = "request"
    REVIEW_DECISION = "review_decision"
    MARK_LIST = "mark_list"
    SAMPLE_LIST = "sample_list"
    CITY_SHEET = "city_sheet"
    RECTIFICATION_REPORT = "rectification_report"
    APPROVAL = "approval"
    ANNOUNCEMENT = "announcement"
    CHECK_RESULT = "check_result"
    EXIT_LETTER = "exit_letter"  # 脱贫告知书
    REFUSAL_LETTER = "refusal_letter"  # 不予退出告知书
    WITHDRAWAL_LETTER = "withdrawal_letter"  # 撤回告知书
    CEASE_LETTER = "cease_letter"  # 终止告知书
    # other plans' papers
    VOTE_SHEET = "vote_sheet"
    CLEAR_CARD = "clear_card"
    VILLAGE_REPORT = "village_report"
    TOWNSHIP_REPORT = "township_report"
    REPLY = "reply"
    TRANSFER = "transfer"
    FIRST_LIST = "first_list"
    REVIEWED_LIST = "reviewed_list"
    INFO_SHEET = "info_sheet"
    LIST = "list"
    REVIEW_RESULT = "review_result"
    PROBLEM_LIST = "problem_list"
    COMMUNITY_REPORT = "community_report"
    STREET_REPORT = "street_report"
    RESOLUTION = "resolution"
    RESULT = "result"
    HELPER_CARD = "helper_card"
    LEDGER = "ledger"
    RULES = "rules"


class FileKind(StrEnum):
    """What a stored file is."""

    SCAN = "scan"
    PHOTO = "photo"
    REGISTER = "register"
    RECORDING = "recording"
    PAPER = "paper"  # rendered here


class JobState(StrEnum):
    """Where a job, or one unit of it, stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DeploymentKind(StrEnum):
    """What this database is for; only a demo may move its clock."""

    DEMO = "demo"
    PRODUCTION = "production"
