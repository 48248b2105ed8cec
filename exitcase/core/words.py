"""The Chinese of `core.choices`: on papers as it stands, on screens through `word`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from exitcase.core.choices import (
    Act,
    Basis,
    Capacity,
    End,
    Finding,
    Ground,
    JobState,
    Level,
    Mode,
    Origin,
    Place,
    Post,
    Reason,
    Record,
    Role,
    SignMark,
    StageKind,
    Status,
)

SYSTEM: Final = "系统"

LEVELS: Final[Mapping[Level, str]] = {
    Level.PROVINCE: _("省级"),
    Level.CITY: _("市级"),
    Level.DISTRICT: _("县级"),
    Level.TOWNSHIP: _("乡镇"),
    Level.VILLAGE: _("村"),
}
ROLES: Final[Mapping[Role, str]] = {
    Role.VILLAGE_CADRE: _("村干部"),
    Role.HELPER: _("帮扶责任人"),
    Role.WORK_TEAM: _("驻村工作队员"),
    Role.TOWNSHIP_OFFICER: _("乡镇经办人"),
    Role.TOWNSHIP_LEADER: _("乡镇负责人"),
    Role.TOWNSHIP_STATION: _("乡镇站所"),
    Role.BUREAU: _("部门联络员"),
    Role.DISTRICT_OFFICER: _("县级经办人"),
    Role.DISTRICT_INSPECTOR: _("县级核查员"),
    Role.DISTRICT_LEADER: _("县级负责人"),
    Role.CITY_INSPECTOR: _("市级核查员"),
    Role.AUDITOR: _("审计人员"),
    Role.SYSTEM_ADMIN: _("系统管理员"),
    Role.SECURITY_ADMIN: _("安全管理员"),
    Role.AUDIT_ADMIN: _("审计管理员"),
}
KINDS: Final[Mapping[StageKind, str]] = {
    StageKind.COLLECT: _("信息采集"),
    StageKind.APPLY: _("申请"),
    StageKind.MEETING: _("民主评议"),
    StageKind.CONSENT: _("签字认可"),
    StageKind.NOTICE: _("公示"),
    StageKind.SUBMIT: _("送审"),
    StageKind.CHECK: _("核查"),
    StageKind.COMPARE: _("信息比对"),
    StageKind.DRAW_CHECK: _("抽样核查"),
    StageKind.DECIDE: _("审批"),
    StageKind.MARK: _("标识"),
    StageKind.ANNOUNCE: _("公告"),
    StageKind.RECTIFY: _("整改"),
    StageKind.FILE: _("备案"),
}
ENDS: Final[Mapping[End, str]] = {
    End.GRANTED: _("退出"),
    End.REFUSED: _("不予退出"),
    End.WITHDRAWN: _("撤回"),
    End.CEASED: _("终止"),
}
GROUNDS: Final[Mapping[Ground, str]] = {
    Ground.NOT_MET: _("条件不符"),
    Ground.PROCEDURE: _("程序不完整"),
}
REASONS: Final[Mapping[Reason, str]] = {
    Reason.VOTED_DOWN: _("评议未通过"),
    Reason.NOT_CONSENTED: _("户未认可"),
    Reason.OBJECTION_UPHELD: _("异议成立"),
    Reason.CHECK_FAILED: _("核实不达标"),
    Reason.NOT_MET_HOUSEHOLD: _("多次入户未遇,未核实"),
    Reason.INSPECTION_FAILED: _("抽查不达标"),
    Reason.CITY_FAILED: _("市级核查不达标且整改不合格"),
    Reason.BAR: _("有方案所列不予退出情形"),
    Reason.DISAPPROVED: _("审批未批准"),
    Reason.PROCEDURE: _("程序不完整"),
    Reason.HOUSEHOLD_WITHDREW: _("户申请撤回"),
    Reason.VILLAGE_WITHDREW: _("村撤回"),
    Reason.DIED: _("死亡销户"),
    Reason.MOVED_AWAY: _("整户转移"),
    Reason.MERGED: _("并户"),
    Reason.CLEARED_OUT: _("清退"),
}
STATUSES: Final[Mapping[Status, str]] = {
    Status.REGISTERED: _("建档立卡"),
    Status.EXITING: _("退出程序中"),
    Status.EXITED: _("已脱贫"),
    Status.RELAPSED: _("返贫"),
    Status.APPLICANT: _("申请中"),
    Status.REMOVED: _("未纳入"),
    Status.CEASED: _("已销户"),
}
BASES: Final[Mapping[Basis, str]] = {
    Basis.SEED: _("文件"),
    Basis.LAW: _("法律"),
    Basis.RECONSTRUCTED: _("推定"),
}
POSTS: Final[Mapping[Post, str]] = {
    Post.HOUSEHOLD: _("农户"),
    Post.HELPER: _("帮扶责任人"),
    Post.APPRAISAL_LEADER: _("评议小组组长"),
    Post.VILLAGE_SECRETARY: _("村党组织书记"),
    Post.VILLAGE_DIRECTOR: _("村委会主任"),
    Post.VILLAGE_CADRE: _("村干部"),
    Post.VILLAGE_REP: _("村民代表"),
    Post.VILLAGER: _("村民"),
    Post.TEAM_LEADER: _("驻村工作队队长"),
    Post.TEAM_MEMBER: _("驻村工作队员"),
    Post.FIRST_SECRETARY: _("第一书记"),
    Post.TOWNSHIP_CADRE: _("乡镇干部"),
    Post.AREA_CADRE: _("驻片干部"),
    Post.TOWNSHIP_LEADER: _("乡镇负责人"),
    Post.FOUR_POSTS: _("四支队伍"),
    Post.DISTRICT_INSPECTOR: _("县级核查员"),
    Post.CITY_INSPECTOR: _("市级核查员"),
    Post.POVERTY_OFFICE_STAFF: _("扶贫办工作人员"),
    Post.MUTUAL_CHECKER: _("交叉核查员"),
}
CAPACITIES: Final[Mapping[Capacity, str]] = {
    Capacity.HEAD: _("户主"),
    Capacity.ADULT_MEMBER: _("成年家庭成员"),
    Capacity.AGENT: _("代理人"),
    Capacity.GUARDIAN: _("监护人"),
}
MARKS: Final[Mapping[SignMark, str]] = {
    SignMark.HAND: _("手写"),
    SignMark.FINGERPRINT: _("捺手印"),
    SignMark.SEAL: _("私章"),
}
PLACES: Final[Mapping[Place, str]] = {
    Place.VILLAGE_BOARD: _("村务公开栏"),
    Place.GATHERING_PLACE: _("群众集中地"),
    Place.VILLAGE_OFFICE: _("村部"),
    Place.IN_VILLAGE: _("村内"),
    Place.TOWNSHIP_BOARD: _("乡镇政务公开栏"),
    Place.PUBLIC_SITE: _("公开网站"),
}
MODES: Final[Mapping[Mode, str]] = {
    Mode.HOME: _("入户"),
    Mode.CARE_HOME: _("敬老院"),
    Mode.HOSPITAL: _("医院"),
    Mode.VIDEO: _("视频"),
    Mode.NEIGHBOURS: _("邻居见证"),
    Mode.INTERVIEW: _("访谈"),
    Mode.FILE: _("查阅档案"),
    Mode.ONSITE: _("实地查看"),
    Mode.DATA: _("数据核对"),
}
FINDINGS: Final[Mapping[Finding, str]] = {
    Finding.MET: _("达标"),
    Finding.SHORT: _("未达标"),
    Finding.NOT_MET_HOME: _("未遇"),
}
ORIGINS: Final[Mapping[Origin, str]] = {
    Origin.COMPARISON: _("比对"),
    Origin.INSPECTION: _("抽查"),
    Origin.CITY_CHECK: _("市级核查"),
    Origin.SELF_CHECK: _("自查"),
    Origin.MUTUAL_CHECK: _("互查"),
    Origin.FEEDBACK: _("上级反馈"),
    Origin.SUPERVISION: _("督查"),
}
JOB_STATES: Final[Mapping[JobState, str]] = {
    JobState.QUEUED: _("等待"),
    JobState.RUNNING: _("进行中"),
    JobState.DONE: _("完成"),
    JobState.FAILED: _("失败"),
}
ACTS: Final[Mapping[Act, str]] = {
    Act.LIST: _("列入名单"),
    Act.PASS: _("通过本环节"),
    Act.CLOSE: _("批次离开本环节"),
    Act.SPLIT_OFF: _("分出"),
    Act.MERGE: _("并入"),
    Act.SEND_BACK: _("退回"),
    Act.REFUSE: _("不予退出"),
    Act.WITHDRAW: _("撤回"),
    Act.CEASE: _("终止"),
    Act.GIVE_REASON: _("说明理由"),
    Act.IMPORT: _("导入"),
    Act.SET_STATUS: _("户状态变更"),
    Act.RECORD_YEAR: _("录入年度信息"),
    Act.RECORD_VILLAGE: _("录入村信息"),
    Act.CHANGE_MEMBER: _("成员增减"),
    Act.CORRECT: _("更正"),
    Act.CONFIRM_CORRECTION: _("确认更正"),
    Act.RECORD_SURVEY: _("登记入户调查"),
    Act.HOLD_MEETING: _("召开评议会"),
    Act.VOTE: _("表决"),
    Act.SIGN: _("签字"),
    Act.REFUSE_TO_SIGN: _("拒签"),
    Act.GIVE_MANDATE: _("出具委托书"),
    Act.DRAFT_NOTICE: _("拟公示"),
    Act.RELEASE_NOTICE: _("核发公示"),
    Act.HANG: _("张贴"),
    Act.ADD_EVIDENCE: _("补公示照片"),
    Act.CLOSE_NOTICE: _("公示期满"),
    Act.TAKE_DOWN: _("撤下公示"),
    Act.STRIKE_OUT: _("划去公示中的户"),
    Act.OBJECT: _("提出异议"),
    Act.ANSWER_OBJECTION: _("办结异议"),
    Act.SUBMIT: _("送审"),
    Act.RECEIVE: _("接收"),
    Act.RECALL: _("撤回送审"),
    Act.INSPECT: _("入户核查"),
    Act.ASSESS: _("达标认定"),
    Act.COMPARE: _("比对反馈"),
    Act.RAISE_HIT: _("提出疑点"),
    Act.EXPLAIN_HIT: _("说明疑点"),
    Act.JUDGE_HIT: _("疑点结论"),
    Act.ASK_QUESTION: _("系统提出疑问"),
    Act.ANSWER_QUESTION: _("答复疑问"),
    Act.PROPOSE: _("请示"),
    Act.DECIDE: _("审批"),
    Act.MARK: _("标识"),
    Act.UNMARK: _("撤销标识"),
    Act.FREEZE: _("冻结抽样框"),
    Act.DRAW: _("抽样"),
    Act.RECTIFY: _("整改"),
    Act.RECHECK: _("复查"),
    Act.ANNOUNCE: _("公告"),
    Act.DELIVER: _("送达告知书"),
    Act.FILE: _("备案"),
    Act.ISSUE_PAPER: _("出具文书"),
    Act.REMIND: _("催办"),
    Act.APPOINT: _("任职"),
    Act.DISMISS: _("免职"),
    Act.RECORD_POST: _("登记职务"),
    Act.ASSIGN: _("指派"),
    Act.HAND_OVER: _("交接"),
    Act.LOAD_PROGRAMME: _("载入方案"),
    Act.LOAD_REGIONS: _("载入区划"),
    Act.READ: _("查阅(日封)"),
}
RECORDS: Final[Mapping[Record, str]] = {
    Record.WORK_PLAN: _("工作方案"),
    Record.TRAINING: _("培训"),
    Record.POLICY_BRIEFING: _("政策宣讲"),
    Record.ABSENT_CONTACTED: _("联系外出户"),
    Record.NOT_APPLIED_PROPOSED: _("未申请户的提名"),
    Record.OBJECTION_REVOTE: _("异议复议"),
    Record.ABSENTEES_ASKED: _("征求缺席人意见"),
    Record.WRITTEN_RESOLUTION: _("书面决议"),
    Record.CITY_EXPLANATION: _("向市级说明"),
    Record.SUPPORTING_PROOF: _("佐证材料"),
    Record.CRITICISM_NOTICE: _("通报批评"),
    Record.SAME_FAULT_ELSEWHERE: _("举一反三"),
    Record.GEO: _("定位"),
}
_TABLES: Final[tuple[Mapping[Any, str], ...]] = (
    LEVELS, ROLES, KINDS, ENDS, GROUNDS, REASONS, STATUSES, BASES, POSTS, CAPACITIES,
    MARKS, PLACES, MODES, FINDINGS, ORIGINS, JOB_STATES, ACTS, RECORDS,
)  # fmt: skip
_BY_CLASS: Final = {type(next(iter(table))): table for table in _TABLES}


def chinese(value: StrEnum) -> str:
    """As on papers and in the journal, whatever the reader's language."""
    # By class first: two enums may have members of one value, which are then equal keys.
    return _BY_CLASS[type(value)][value]


def word(value: StrEnum) -> str:
    """As on this reader's screen."""
    return gettext(chinese(value))


def post_of(region: str, role: str) -> str:
    """A post as the journal and papers name it: 某镇乡镇经办人."""
    return f"{region}{ROLES[Role(role)]}"
