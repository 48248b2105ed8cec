"""The acts of a village and township, done by hand: each by its account, on the page for it."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.journeys.desk import Desks, Sheet, Stuck, picture

Told = dict[str, Any]  # one act of a score
Hand = Callable[[Desks, Told], None]
HANDS: dict[str, Hand] = {}
A_WHILE = 240  # half seconds for the worker to read a register


def by_hand(*names: str) -> Callable[[Hand], Hand]:
    """Says which acts a hand does."""

    def register(hand: Hand) -> Hand:
        HANDS.update(dict.fromkeys(names, hand))
        return hand

    return register


def dated(sheet: Sheet, act: Told, prefix: str = "") -> None:
    """The day on the paper, and why it is entered late."""
    if act.get("done_on") and sheet.has(f"{prefix}done_on"):
        sheet.put(f"{prefix}done_on", act["done_on"])
    if act.get("reason") and sheet.has(f"{prefix}late_reason"):
        sheet.put(f"{prefix}late_reason", act["reason"])


def checked(desk: Any) -> None:
    """On the page that says what follows: type the number it asks for, and go on."""
    sheet = desk.form("csrfmiddlewaretoken", within="[aria-labelledby=check-title]")
    counted(sheet)
    sheet.send()


def counted(sheet: Sheet) -> None:
    """Type the number the page asks for."""
    if sheet.has("typed_count"):
        label = sheet.form.locator("label:has([name=typed_count])").inner_text()
        found = re.search(r"\d+", label)
        sheet.put("typed_count", found[0] if found else "")


# ── the register, the list, its facts ─────────────────────────────────────────────────────────


@by_hand("imports.import_register")
def import_register(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go("/households/import/")
    sheet = desk.form("file")
    sheet.put("file", act["source"])
    sheet.put("year", act["year"])
    sheet.choose("programme", 1)
    sheet.send()
    for _nth in range(A_WHILE):  # the worker reads it; the page says how far it has come
        if "再导入一份" in desk.words():
            return
        desk.page.wait_for_timeout(500)
        desk.page.reload()
    raise Stuck(desk.words())


@by_hand("listing.list_cases")
def list_cases(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/villages/{act['village']}/list/?programme=nanyue-2020")
    sheet = desk.form("cases")
    sheet.tick("cases", act["households"])
    dated(sheet, act)
    sheet.send()
    desk.form("confirmed").send()


@by_hand("village.record_stage")
def record_stage(desks: Desks, act: Told) -> None:
    desk, key = desks.of(act["by"]).go(f"/batches/{act['batch']}/records/"), act["key"]
    sheet = desk.form(f"{key}-done_on")
    dated(sheet, act, f"{key}-")
    sheet.send(f'[value="{key}"]')


@by_hand("inspections.record_surveys", "inspections.inspect_many")
def visit(desks: Desks, act: Told) -> None:
    for case, spec in act["specs"].items():
        desk = desks.of(act["by"]).go(f"/cases/{case}/visit/")
        sheet = desk.form("mode")
        away = spec["finding"] == "not_met_home"
        if sheet.has("met"):
            sheet.put("met", spec["finding"] if away else "met")
        sheet.put("mode", spec["mode"])
        if sheet.has("finding") and not away:
            sheet.put("finding", spec["finding"])
        for key, result in spec["results"].items():
            sheet.put(f"i-{key}", "met" if result["met"] else "short")
            sheet.put(f"f-{key}", result["facts"])
        _visitors(sheet, spec["visitors"])
        for name in ("place", "note"):
            if spec[name]:
                sheet.put(name, spec[name])
        dated(sheet, {**act, "done_on": spec["done_on"]})
        sheet.send()


def _visitors(sheet: Sheet, people: Sequence[Told]) -> None:
    for at, who in enumerate(people):
        sheet.put(f"who-{at}-name", who["name"])
        sheet.put(f"who-{at}-post", who["post"])
    at = len(people)
    while sheet.has(f"who-{at}-name"):
        sheet.put(f"who-{at}-name", "")
        at += 1


@by_hand("correcting.enter")
def enter_correction(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/cases/{act['case']}/correct/")
    sheet, changes = desk.form("reason"), act["changes"]
    for key, values in changes["members"].items():
        for name, value in values.items():
            sheet.put(f"member{key}-{name}", value)
    for at, joins in enumerate(changes["joins"], 1):
        _joins(sheet, f"joins{at}", joins)
    for leaves in changes["leaves"]:
        sheet.put("leaves-member", leaves["member"])
        sheet.put("leaves-reason", leaves["reason"])
        sheet.put("leaves-happened_on", leaves["happened_on"])
        for head in act["heads"]:
            sheet.put("leaves-new_head", head)
        for key, relation in leaves["relations"].items():
            sheet.put(f"leaves-as{key}", relation)
    for at, item in enumerate(changes["items"] or ()):
        sheet.put(f"items-{at}-amount", f"{item['amount_fen'] / 100:.2f}")
    sheet.put("reason", act["reason"])
    sheet.put("done_on", act["done_on"])
    sheet.send('[name="check"]')
    desk.form("reason").send('[name="enter"]')


def _joins(sheet: Sheet, prefix: str, joins: Told) -> None:
    for name, value in joins["values"].items():
        if name == "insured":
            sheet.put(f"{prefix}-insured", "true" if value else "false")
        else:
            sheet.put(f"{prefix}-{name}", value)
    sheet.put(f"{prefix}-reason", joins["reason"])
    sheet.put(f"{prefix}-happened_on", joins["happened_on"])


@by_hand("correcting.confirm")
def confirm_correction(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/corrections/{act['correction']}/")
    sheet = desk.form("scan")
    sheet.put("scan", picture(f"更正单 {act['correction']}"))
    dated(sheet, act)
    counted(sheet)
    sheet.send('[name="confirm"]')


# ── the batch ─────────────────────────────────────────────────────────────────────────────────


@by_hand("advance.advance_batches")
def advance(desks: Desks, act: Told) -> None:
    for batch in act["batches"]:
        desk = desks.of(act["by"]).go(f"/batches/{batch}/")
        sheet = desk.form_to(f"/batches/{batch}/advance/")
        for key, why in act["reasons"].items():
            if sheet.has(f"why_{key}"):
                sheet.put(f"why_{key}", why)
        dated(sheet, act)
        sheet.send()


def _of_chosen(desks: Desks, act: Told, fields: Told, to: str) -> Any:
    """An act for households ticked on their batch's page, to the page that says what follows."""
    (batch,) = act["batches"]
    desk = desks.of(act["by"]).go(f"/batches/{batch}/")
    sheet = desk.form("cases")
    sheet.tick("cases", act["cases"])
    dated(sheet, act)
    for name, value in fields.items():
        sheet.put(name, value)
    sheet.send(f'[formaction$="{to}"]')
    return desk


@by_hand("ending.refuse", "ending.withdraw", "ending.cease")
def end(desks: Desks, act: Told) -> None:
    told = {"end_reason": act["reason"], "end_note": act["note"]}
    desk = _of_chosen(desks, {**act, "reason": ""}, told, "/end/")
    if act.get("paper"):
        desk.form("paper").put("paper", picture(f"{act['paper']} {act['cases']}"))
    checked(desk)


@by_hand("correction.split_off")
def split_off(desks: Desks, act: Told) -> None:
    told = {"split_reason": act["reason"]}
    checked(_of_chosen(desks, {**act, "reason": ""}, told, "/split/"))


@by_hand("correction.send_back")
def send_back(desks: Desks, act: Told) -> None:
    told = {
        "to_stage": act["to_stage"], "ground": act["ground"], "back_reason": act["reason"],
    }  # fmt: skip
    checked(_of_chosen(desks, {**act, "reason": ""}, told, "/back/"))


@by_hand("correction.send_back_batch")
def send_back_batch(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/batches/{act['batch']}/back-all/")
    sheet = desk.form("to_stage")
    sheet.put("to_stage", act["to_stage"])
    sheet.put("ground", act["ground"])
    sheet.put("back_reason", act["reason"])
    counted(sheet)
    sheet.send()


@by_hand("correction.merge")
def merge(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/batches/{act['batch']}/merge/")
    sheet = desk.form("merge_reason")
    sheet.put("into", act["into"])
    sheet.put("merge_reason", act["reason"])
    counted(sheet)
    sheet.send()


# ── the meeting, the signatures ───────────────────────────────────────────────────────────────


@by_hand("village.hold_meeting")
def hold_meeting(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/batches/{act['batch']}/meeting/")
    sheet = desk.form("held_on")
    for name in ("number", "held_on", "place", "chair", "recorder"):
        sheet.put(name, act[name])
    came = act["attendances"]
    for at, who in enumerate(came):
        for name in ("name", "post", "present", "signed"):
            sheet.put(f"came-{at}-{name}", who[name])
    at = len(came)
    while sheet.has(f"came-{at}-name"):
        sheet.put(f"came-{at}-name", "")
        at += 1
    sheet.put("minutes", picture(f"会议记录 {act['number']} {act['batch']}"))
    dated(sheet, act)
    sheet.send()


@by_hand("village.vote")
def vote(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/meetings/{act['meeting']}/votes/")
    for case, ballot in act["ballots"].items():
        sheet = desk.form(f"c{case}-yes")
        for name in ("recused", "yes", "no", "abstained"):
            sheet.put(f"c{case}-{name}", ballot[name])
        if ballot["note"]:
            sheet.put(f"c{case}-note", ballot["note"])
    sheet = desk.form("done_on")
    dated(sheet, act)
    sheet.send()


@by_hand("assessments.assess")
def assess(desks: Desks, act: Told) -> None:
    for case, results in act["results"].items():
        desk = desks.of(act["by"]).go(f"/cases/{case}/judge/")
        sheet = desk.form("done_on")
        for key, result in results.items():
            sheet.put(f"i-{key}", "met" if result["met"] else "short")
            if result["facts"]:
                sheet.put(f"f-{key}", result["facts"])
        dated(sheet, act)
        sheet.send()


@by_hand("signatures.sign")
def sign(desks: Desks, act: Told) -> None:
    for case, marks in act["specs"].items():
        desk = desks.of(act["by"]).go(f"/cases/{case}/sign/")
        sheet = desk.form("csrfmiddlewaretoken", within="main")
        slots: dict[str, int] = {}
        for mark in marks:
            slots[mark["slot"]] = nth = slots.get(mark["slot"], 0) + 1
            _mark(sheet, f"{mark['slot']}{nth}", mark, f"{case} {act['stage']}")
        dated(sheet, act)
        sheet.send()


def _mark(sheet: Sheet, prefix: str, mark: Told, what: str) -> None:
    if mark["capacity"]:
        sheet.put(f"{prefix}-capacity", mark["capacity"])
    for name in ("signer", "relation", "signed_on", "mark", "witness"):
        if mark[name]:
            sheet.put(f"{prefix}-{name}", mark[name])
    sheet.put(f"{prefix}-scan", picture(f"{prefix} {what}"))
    if mark["refused"]:
        sheet.put(f"{prefix}-refused", mark["refused"])


@by_hand("mandates.give_mandate")
def give_mandate(desks: Desks, act: Told) -> None:
    desk, spec = desks.of(act["by"]).go(f"/cases/{act['case']}/sign/"), act["spec"]
    sheet = desk.form("mandate-number")
    for name in (
        "number", "agent", "agent_id_number", "relation", "reason", "valid_from", "valid_until",
        "form", "witness",
    ):  # fmt: skip
        sheet.put(f"mandate-{name}", spec[name])
    sheet.put("mandate-file", picture(f"委托书 {spec['number']}"))
    dated(sheet, act)
    sheet.send('[name="give"]')


@by_hand("retraction.retract")
def retract(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/cases/{act['case']}/retract/")
    sheet = desk.form("wants")
    wanted = sheet.form.locator('[name="wants"]')
    sheet.put("wants", wanted.nth(1 if act["withdraws"] else 0).get_attribute("value"))
    sheet.put("text", act["text"])
    sheet.put("paper", picture(f"反悔声明 {act['case']}"))
    dated(sheet, act)
    counted(sheet)
    sheet.send()


# ── what goes up ──────────────────────────────────────────────────────────────────────────────


@by_hand("submissions.submit")
def submit(desks: Desks, act: Told) -> None:
    stay = "&".join(f"leave={one}" for one in act.get("stay", ()))
    path = f"/submissions/send/{act.get('programme') or 1}/{act['stage']}/{act['region']}/"
    desk = desks.of(act["by"]).go(f"{path}?{stay}" if stay else path)
    sheet = desk.form("seen")
    dated(sheet, {**act, "done_on": act["sent_on"]})
    sheet.send()


@by_hand("submissions.receive")
def receive(desks: Desks, act: Told) -> None:
    key = act["submission"]
    desk = desks.of(act["by"]).go(f"/submissions/{key}/")
    sheet = desk.form_to(f"/submissions/{key}/receive/")
    dated(sheet, {**act, "done_on": act["received_on"]}, "receive-")
    sheet.send()


@by_hand("submissions.recall")
def recall(desks: Desks, act: Told) -> None:
    key = act["submission"]
    desk = desks.of(act["by"]).go(f"/submissions/{key}/")
    sheet = desk.form_to(f"/submissions/{key}/recall/")
    sheet.put("recall-why", act["reason"])
    dated(sheet, {**act, "reason": ""}, "recall-")
    sheet.send()
