"""Who acts, at which stage, and how it may end."""

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
    CORRECT = "correct"  # 更正
    CONFIRM_CORRECTION = "confirm_correction"  # 确认更正
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
    ASK_QUESTION = "ask_question"  # 系统提出疑问
    ANSWER_QUESTION = "answer_question"  # 答复疑问
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
    REMIND = "remind"  # 催办
    # people and the house
    APPOINT = "appoint"  # 任职
    DISMISS = "dismiss"  # 免职
    RECORD_POST = "record_post"  # 登记职务
    ASSIGN = "assign"  # 指派
    HAND_OVER = "hand_over"  # 交接
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
