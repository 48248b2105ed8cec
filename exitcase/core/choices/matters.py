"""What is recorded: posts, places, facts, papers, files, jobs."""

from enum import StrEnum
from typing import Final

from exitcase.core.choices.procedure import Level


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
    CORRECTION_SHEET = "correction_sheet"  # 更正单
    APPEAL_REPLY = "appeal_reply"  # 异议、申诉答复书
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
