"""What life does to a list: each trouble's stage, code and paper, and where its household ends.

One walk with its papers serves all rows; what is expected is written out here.
"""

from collections import Counter
from typing import NamedTuple

import pytest

from exitcase.walk.troubles import BY_ITSELF, OF_A_HOUSEHOLD, OF_A_LIST, Trouble
from tests.journeys import recount
from tests.journeys.test_walk import exited, untied

pytestmark = pytest.mark.slow
PERSONS = 150
AS_BEFORE = "未脱贫 or 返贫, as in the register"
STATUS = {"未脱贫": "registered", "返贫": "relapsed"}


class Life(NamedTuple):
    """Told as (stage, code, paper); then how the household's latest case stands in 台账.xlsx."""

    told: tuple[tuple[str, str, str], ...]
    came_to: str = "granted"
    at: str = "announcement"
    batch: str = "第"  # of its first list, or 补
    status: str = "exited"
    change: int = 0  # persons more or less than in the register
    earlier: str = ""  # stages at which its cases before that one ended


SHEET = "correction_sheet"
REFUSED = {"came_to": "refused", "status": AS_BEFORE}
OF_HOUSEHOLDS = {
    "voted_down": Life((("appraisal", "voted_down", "refusal_letter"),), at="appraisal", **REFUSED),
    "refuses_to_sign": Life(
        (("sign_off", "not_consented", "refusal_letter"),), at="sign_off", **REFUSED
    ),
    "signed_by_agent": Life((("sign_off", "agent", "mandate"),)),
    "signed_by_fingerprint": Life((("sign_off", "fingerprint", "acceptance_form"),)),
    "signed_by_guardian": Life((("sign_off", "guardian", "acceptance_form"),)),
    "entered_late": Life((("sign_off", "late", "acceptance_form"),)),
    "consent_taken_back": Life((("sign_off", "retraction", "acceptance_form"),)),
    "withdrew": Life(
        (("sign_off", "household_withdrew", "withdrawal_letter"),),
        came_to="withdrawn",
        at="sign_off",
        status=AS_BEFORE,
    ),
    "village_withdrew": Life(
        (("sign_off", "village_withdrew", "withdrawal_letter"),),
        came_to="withdrawn",
        at="sign_off",
        status=AS_BEFORE,
    ),
    "died_out": Life(
        (("sign_off", "died", "cease_letter"),), came_to="ceased", at="sign_off", status="ceased"
    ),
    "head_died": Life((("sign_off", "material", SHEET),), batch="补", change=-1),
    "born": Life((("collection", "material", SHEET),), change=1),
    "married": Life((("sign_off", "material", SHEET),), batch="补", change=1),
    "income_wrong": Life((("sign_off", "material", SHEET),), batch="补"),
    "rare_character": Life((("sign_off", "public", SHEET),)),
    "objection_upheld": Life(
        (("village_notice", "objection_upheld", "refusal_letter"),), at="village_notice", **REFUSED
    ),
    "objection_dismissed": Life((("village_notice", "dismissed", "village_notice"),)),
    "objection_still_open": Life((("village_notice", "", "village_notice"),), batch="补"),
    "objection_late": Life((("village_notice", "late", "appeal_reply"),)),
    "appeal_upheld": Life(
        (("appraisal", "voted_down", "refusal_letter"), ("appraisal", "upheld", "appeal_reply")),
        batch="补",
        earlier="appraisal",
    ),
    "appeal_dismissed": Life(
        (
            ("township_check", "check_failed", "refusal_letter"),
            ("township_check", "dismissed", "appeal_reply"),
        ),
        at="township_check",
        **REFUSED,
    ),
    "exit_appealed": Life((("announcement", "dismissed", "appeal_reply"),)),
    "wrong_exit": Life(
        (("announcement", "upheld", "appeal_reply"), ("mark", "unmarked", "mark_list")),
        status=AS_BEFORE,
    ),
    "relapsed": Life((("announcement", "relapse", ""),), batch="补", earlier="announcement"),
    "short_by_township": Life(
        (("township_check", "check_failed", "refusal_letter"),), at="township_check", **REFUSED
    ),
    "visited_in_hospital": Life(
        (
            ("township_check", "hospital", "acceptance_form"),
            ("district_inspection", "hospital", "acceptance_form"),
        )
    ),
    "not_met": Life(
        (("township_check", "not_met_household", "refusal_letter"),), at="township_check", **REFUSED
    ),
    "hit_explained": Life((("comparison", "cleared", "bureau_answer"),)),
    "hit_unanswered": Life((("comparison", "bar", "refusal_letter"),), at="comparison", **REFUSED),
    "short_by_district": Life(
        (("district_inspection", "inspection_failed", "refusal_letter"),),
        at="district_inspection",
        **REFUSED,
    ),
    "sent_back": Life((("review", "procedure", "acceptance_form"),), batch="补"),
    "split_and_merged": Life((("village_notice", "merge", "village_notice"),)),
}
# Told of a village, of the district, or of whoever was drawn.
OF_LISTS = {
    "late_village": ("collection", "", "submission_form"),
    "empty_village": ("collection", "", "submission_form"),
    "submission_recalled": ("village_submission", "recall", "submission_form"),
    "batch_sent_back": ("township_check", "procedure", "submission_form"),
    "nil_by_letter": ("comparison", "nil", "bureau_answer"),
    "decided_by_letter": ("review", "confirmed", "review_decision"),
    "drawn_replaced": ("city_check", "replaced", "sample_list"),
    "drawn_rectified": ("city_check", "", "rectification_report"),
    "drawn_not_rectified": ("city_check", "city_failed", "refusal_letter"),
    "drawn_outside": ("city_check", "external", "sample_list"),
    "result_by_letter": ("city_check", "closed", "city_sheet"),
}
# The folder's file of each paper of a household; the number behind it is a key.
FILES = {
    "acceptance_form": "附件1-",
    "mandate": "委托书-",
    "refusal_letter": "不予退出告知书-",
    "withdrawal_letter": "撤回告知书-",
    "cease_letter": "终止办理告知书-",
    "correction_sheet": "更正单-",
    "appeal_reply": "异议申诉答复书-",
}


@pytest.fixture(scope="module")
def walked(walk):
    return walk(PERSONS, papers=True)


@pytest.fixture(scope="module")
def told(walked):
    """Trouble → household → what was told of it, in order."""
    found: dict[str, dict[str, list[tuple[str, str, str]]]] = {}
    for one in walked.recounted.summary["troubles"]:
        rows = found.setdefault(one["trouble"], {}).setdefault(one["household"], [])
        rows.append((one["stage"], one["code"], one["paper"]))
    return found


@pytest.fixture(scope="module")
def before(walked):
    """Household → its status in the register it was imported from."""
    head, *rows = recount.sheets(walked.register)["人口信息"]
    number, status = head.index("户编号"), head.index("脱贫属性")
    return {row[number]: STATUS[row[status]] for row in rows}


def test_every_trouble_of_the_code_has_its_row():
    assert {*OF_HOUSEHOLDS, *OF_LISTS} == set(Trouble)
    assert set(OF_HOUSEHOLDS) == set(OF_A_HOUSEHOLD)
    assert set(OF_LISTS) == {*OF_A_LIST, *BY_ITSELF}


def test_the_sums_tie(walked):
    assert untied(walked) == []
    assert exited(walked)


def test_nothing_that_was_wanted_is_missing(walked):
    assert walked.recounted.summary["unmet"] == {}


@pytest.mark.parametrize("trouble", OF_HOUSEHOLDS)
def test_a_trouble_comes_out_as_it_should(walked, told, before, trouble):
    """One household each; by the township also whom its own record does not carry."""
    life = OF_HOUSEHOLDS[trouble]
    assert trouble == "short_by_township" or len(told[trouble]) == 1
    for number, rows in told[trouble].items():
        assert tuple(rows) == life.told
        row = walked.recounted.ledger[number]
        if number in told["drawn_not_rectified"]:
            life = life._replace(came_to="refused", at="city_check", status=AS_BEFORE)
        assert (row["结果代码"], row["环节代码"]) == (life.came_to, life.at)
        assert row["批次"].startswith(life.batch)
        status = before[number] if life.status == AS_BEFORE else life.status
        assert (row["户状态代码"], row["人口变更"] or 0) == (status, life.change)
        assert (row["以前环节代码"] or "") == life.earlier


@pytest.mark.parametrize("trouble", OF_HOUSEHOLDS)
def test_its_papers_lie_in_the_folder_of_the_household(walked, told, trouble):
    for number, rows in told[trouble].items():
        (folder,) = walked.out.glob(f"*/{number}")
        names = {file.name for file in folder.iterdir()}
        for _stage, _code, paper in rows:
            if paper in FILES:
                assert any(name.startswith(FILES[paper]) for name in names), (paper, names)


@pytest.mark.parametrize("trouble", OF_LISTS)
def test_what_comes_to_a_list_comes_once(told, trouble):
    assert list(told[trouble].values()) == [[OF_LISTS[trouble]]]


def test_who_is_drawn_and_not_put_right_ends_there_and_who_is_put_right_exits(walked, told):
    ledger = walked.recounted.ledger
    (failed,), (right,) = told["drawn_not_rectified"], told["drawn_rectified"]
    assert (ledger[failed]["结果代码"], ledger[failed]["环节代码"]) == ("refused", "city_check")
    assert ledger[right]["结果代码"] == "granted"


def test_a_recalled_submission_is_no_paper_and_a_list_sent_back_is_sent_twice(walked, told):
    sent = Counter(one.place[:3] for one in walked.recounted.village_sent)
    turns = {
        place: [one.turn for one in walked.recounted.village_sent if one.place[:3] == place]
        for place in sent
    }
    (recalled,), (back,) = told["submission_recalled"], told["batch_sent_back"]
    assert 1 not in turns[recalled[9:]]
    assert len(turns[back[9:]]) > 1


def test_whoever_was_refused_met_a_trouble_and_the_codes_say_which(walked):
    summary = walked.recounted.summary
    codes = Counter(one["code"] for one in summary["troubles"])
    for code, count in summary["by_code"].items():
        assert codes[code.partition(":")[0]] >= count["households"], code
    ends = sum(
        summary["came_to"][part]["households"] for part in ("refused", "withdrawn", "ceased")
    )
    assert sum(count["households"] for count in summary["by_code"].values()) == ends


def test_whom_nothing_ended_has_exited(walked, told):
    ended = {n for name, life in OF_HOUSEHOLDS.items() if life.came_to != "granted"
             for n in told[name]}  # fmt: skip
    ended |= set(told["drawn_not_rectified"])
    left = {n: row for n, row in walked.recounted.ledger.items() if n not in ended}
    assert {row["结果代码"] for row in left.values()} == {"granted", "not_listed"}


def test_an_honest_walk_raises_no_question(walked, tmp_path):
    asked = walked.copy(tmp_path / "data").manage("ask_questions")
    assert asked.stdout == "430412: 0\n", asked.stdout + asked.stderr
