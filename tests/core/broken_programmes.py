"""Faults of a programme file: each breaks one line of the smallest honest one."""

from pathlib import Path

SMALL = (Path(__file__).parent / "programmes" / "small.toml").read_text(encoding="utf-8")


def stage_block(key: str) -> str:
    start = SMALL.index(f'[[stage]]\nkey = "{key}"')
    end = SMALL.find("\n[[", start + 2)
    return SMALL[start : end + 1]


def without(key: str) -> str:
    return SMALL.replace(stage_block(key), "")


def swapped(old: str, new: str) -> str:
    assert old in SMALL, old
    return SMALL.replace(old, new, 1)


def before(key: str, other: str) -> str:
    return without(key).replace(stage_block(other), stage_block(key) + "\n" + stage_block(other))


RULE = 'clause = "x"\nbasis = "reconstructed"\n'
IN_LINE = 'clause = "x", basis = "reconstructed"'
FIX_STAGE = f"""
[[stage]]
key = "data_fix"
kind = "rectify"
title = "整改"
actor = "village"
step = 3
{RULE}
"""
ORGAN = f"""
[[organ]]
key = "village"
title = "x"
level = "village"
role = "village_cadre"
{RULE}
"""
ENDING = SMALL[SMALL.index("[ending]") : SMALL.index("[income]")]
TERM = SMALL[SMALL.index("term =") : SMALL.index("places =")]
SAMPLE = SMALL[SMALL.index("sample =") : SMALL.index('clause = "000 三(四)7「市级核查」')]

BROKEN = {  # name: (text, part of the key, part of the reason)
    "not toml": ("[programme", "file", "not TOML"),
    "unknown table": (SMALL + "\n[extra]\na = 1\n", "extra", "unknown key"),
    "unknown key": (
        swapped('how = "chosen"', 'how = "chosen"\nwhom = "all"'),
        "listing.whom",
        "unknown key",
    ),
    "key of code": (swapped("step = 0", "step = 0\nexits = true"), "stage[0].exits", "unknown key"),
    "missing key": (swapped('purpose = "exit"\n', ""), "programme.purpose", "missing"),
    "missing table": (
        SMALL.replace("[ending]", "[[window]]").replace(
            'granted_at = "announcement"', 'key = "w"\ntitle = "w"\nlast = 2020-01-01'
        ),
        "ending",
        "missing",
    ),
    "table as text": ('ending = "soon"\n' + SMALL.replace(ENDING, ""), "ending", "table"),
    "list as text": (swapped('["village_rep"]', '"village_rep"'), "body.members", "a list"),
    "empty list": (swapped('["village_rep"]', "[]"), "body.members", "at least 1"),
    "empty text": (swapped('title = "小方案"', 'title = " "'), "programme.title", "text is wanted"),
    "flag as number": (
        swapped("more_than = true", "more_than = 1"),
        "vote.more_than",
        "true or false",
    ),
    "unknown purpose": (
        swapped('purpose = "exit"', 'purpose = "party"'),
        "programme.purpose",
        "unknown word 'party'",
    ),
    "unknown kind": (
        swapped('kind = "meeting"', 'kind = "dance"'),
        "stage[0].kind",
        "unknown word 'dance'",
    ),
    "unknown stage key": (
        swapped('key = "appraisal"', 'key = "ball"'),
        "ball.key",
        "no such stage key",
    ),
    "kind of another key": (
        swapped('kind = "compare"', 'kind = "check"'),
        "comparison.kind",
        "is a compare, not a check",
    ),
    "unknown level": (
        swapped('level = "city"', 'level = "moon"'),
        "stage[6].level",
        "unknown word",
    ),
    "unknown post": (
        swapped('["village_rep"]', '["king"]'),
        "stage[0].body.members[0]",
        "unknown word 'king'",
    ),
    "unknown place": (
        swapped('["village_board"]', '["tree"]'),
        "stage[1].places.kinds[0]",
        "unknown word 'tree'",
    ),
    "unknown fact": (
        swapped('["per_head_income"]', '["luck"]'),
        "indicator[0].facts[0]",
        "unknown word 'luck'",
    ),
    "unknown income item": (
        swapped('["wages"]', '["luck"]'),
        "income.items.counted[0]",
        "unknown word 'luck'",
    ),
    "paper the code cannot make": (
        swapped('key = "list"', 'key = "novel"'),
        "paper[0].key",
        "unknown word 'novel'",
    ),
    "missing clause": (
        swapped('clause = "000 三(四)1「村民主评议」"\n', ""),
        "stage[0].clause",
        "missing",
    ),
    "clause without phrase": (
        swapped('"000 三(四)6「信息比对」"', '"000 三(四)6"'),
        "bureaux.clause",
        "key phrase",
    ),
    "missing basis": (
        swapped('「过半数」", basis = "law"', '「过半数」"'),
        "stage[0].vote.basis",
        "missing",
    ),
    "unknown basis": (swapped('basis = "law"', 'basis = "hearsay"'), "vote.basis", "unknown word"),
    "seed basis on a law": (
        swapped('basis = "law"', 'basis = "seed"'),
        "stage[0].vote.basis",
        "does not fit",
    ),
    "law basis on a seed": (
        swapped('「4000元」", basis = "seed"', '「4000元」", basis = "law"'),
        "basis",
        "does not fit",
    ),
    "fraction not reduced": (
        swapped('share = "1/2"', 'share = "2/4"'),
        "stage[0].vote.share",
        "not reduced",
    ),
    "fraction above one": (
        swapped('share = "1/2"', 'share = "3/2"'),
        "stage[0].vote.share",
        "at most 1",
    ),
    "fraction of nought": (
        swapped('share = "1/2"', 'share = "0/1"'),
        "stage[0].vote.share",
        "above 0",
    ),
    "fraction as decimal": (
        swapped('share = "1/2"', "share = 0.5"),
        "stage[0].vote.share",
        "fraction such as",
    ),
    "negative days": (swapped("days = 7", "days = -7"), "stage[1].term.days", "at least 1"),
    "no days": (swapped("days = 7", "days = 0"), "stage[1].term.days", "at least 1"),
    "days as bool": (swapped("days = 7", "days = true"), "stage[1].term.days", "whole number"),
    "line in yuan": (
        swapped("fen = 400000", "fen = 4000.00"),
        "income.amount.fen",
        "whole number",
    ),
    "window turned round": (
        swapped("first = 2020-10-09", "first = 2020-11-09"),
        "window village_work",
        "before it begins",
    ),
    "window as text": (
        swapped("first = 2020-10-09", 'first = "109日"'),
        "window[0].first",
        "date such as",
    ),
    "period turned round": (
        swapped("first = 2019-10-01", "first = 2021-10-01"),
        "income.period",
        "before it begins",
    ),
    "item both ways": (
        swapped('left_out = ["loan"]', 'left_out = ["wages"]'),
        "income.items",
        "both counted",
    ),
    "item twice": (
        swapped('["wages"]', '["wages", "wages"]'),
        "income.items.counted",
        "stands twice",
    ),
    "costs counted": (
        swapped('["wages"]', '["business_cost"]'),
        "income.items",
        "always deducted",
    ),
    "rates turned round": (
        swapped('rate_min = "3/50"', 'rate_min = "1/5"'),
        "sample",
        "above rate_max",
    ),
    "persons drawn": (
        swapped('draws = "households"', 'draws = "persons"'),
        "sample.draws",
        "only households",
    ),
    "stage twice": (
        swapped('key = "mark"\nkind = "mark"', 'key = "review"\nkind = "mark"'),
        "stage[5].key",
        "review stands twice",
    ),
    "organ twice": (SMALL + ORGAN, "organ[2].key", "village stands twice"),
    "unknown actor": (
        swapped('actor = "village"', 'actor = "nobody"'),
        "stage[0].actor",
        "unknown organ nobody",
    ),
    "unknown bureau": (
        swapped('organs = ["district"], clause', 'organs = ["weather"], clause'),
        "bureaux.organs",
        "unknown organ weather",
    ),
    "unknown organ of a decision": (
        swapped('organ = "district", name = "审批"', 'organ = "x", name = "审批"'),
        "review.act",
        "unknown organ x",
    ),
    "unknown organ of a re-check": (
        SMALL + f'\n[[recheck]]\ntrigger = "appeal"\norgan = "x"\n{RULE}',
        "recheck appeal",
        "unknown organ x",
    ),
    "unknown window": (
        swapped('window = "village_work"', 'window = "winter"'),
        "appraisal.window",
        "unknown window",
    ),
    "unknown paper": (
        swapped('papers = ["list"]', 'papers = ["ledger"]'),
        "submission.papers",
        "unknown paper ledger",
    ),
    "unknown end": (
        swapped('granted_at = "announcement"', 'granted_at = "heaven"'),
        "ending.granted_at",
        "unknown stage",
    ),
    "step beyond": (swapped("step = 2", "step = 9"), "comparison.step", "no step 9"),
    "rule of another kind": (
        swapped(
            "term = {",
            f'quorum = {{ share = "2/3", out_of = "members", {IN_LINE} }}\nterm = {{',
        ),
        "notice.quorum",
        "has no such rule",
    ),
    "rule missing": (swapped(TERM, ""), "notice.term", "needs it"),
    "draw of nothing": (swapped(SAMPLE, ""), "check.sample", "a sample or a lot"),
    "submit before a list": (
        before("village_submission", "appraisal"),
        "stage[0] village_submission",
        "before any list exists",
    ),
    "notice before a list": (
        before("village_notice", "appraisal"),
        "stage[0] village_notice",
        "before any list exists",
    ),
    "mark before decide": (before("mark", "review"), "mark", "mark before any decide"),
    "announce before decide": (
        before("announcement", "review"),
        "announcement",
        "announce before any decide",
    ),
    "draw before mark": (
        before("city_check", "mark"),
        "check.sample.frame",
        "no mark stands earlier",
    ),
    "level not reached": (
        before("comparison", "village_submission"),
        "comparison",
        "before a submission to it",
    ),
    "place above the level": (
        swapped('["village_board"]', '["township_board"]'),
        "notice.places",
        "above the village",
    ),
    "no outcome": (SMALL[: SMALL.rindex("[[outcome]]")], "outcome", "refused from registered"),
    "outcome twice": (swapped('end = "refused"', 'end = "granted"'), "outcome", "stands twice"),
    "fact of two classes": (
        SMALL + f'\n[[correction]]\nkind = "public"\nfacts = ["name", "phone"]\n{RULE}',
        "correction clerical",
        "phone is already public",
    ),
    "rectify without rule": (
        SMALL.replace('[[stage]]\nkey = "mark"', f'{FIX_STAGE}[[stage]]\nkey = "mark"'),
        "fix",
        "at least one",
    ),
    "responsible organ of nobody": (
        swapped('organs = ["district"]\n', "").replace(
            "sample = {",
            f'judges = {{ by = "responsible_organ", on = ["standard"], {IN_LINE} }}\nsample = {{',
        ),
        "check.judges",
        "names none",
    ),
}
