"""The acts of notices, and of township, district and city, done by hand."""

from typing import Any

from tests.journeys.desk import Desks, picture
from tests.journeys.hands import Told, by_hand, checked, counted, dated

PLAN = 1  # the only plan of the installation
ABOVE = "work"  # how addresses of desks above the village begin


def work(act: Told, desk: str) -> str:
    """The address of a desk that takes many lists."""
    return f"/{ABOVE}/{PLAN}/{act['stage']}/{desk}/"


# ── notices ───────────────────────────────────────────────────────────────────────────────────


@by_hand("notices.draft_notice")
def draft_notice(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/batches/{act['batches'][0]}/notice/")
    sheet = desk.form("title")
    sheet.tick("batches", act["batches"])
    for name in ("title", "organ"):
        sheet.put(name, act[name])
    for place in act["places"]:
        field = f"{place['place']}-{place['region_code']}-place_name"
        if sheet.has(field):
            sheet.put(field, place["place_name"])
    dated(sheet, act)
    sheet.send()


@by_hand("notices.release_notice")
def release_notice(desks: Desks, act: Told) -> None:
    checked(desks.of(act["by"]).go(f"/notices/{act['notice']}/release/"))


@by_hand("postings.hang")
def hang(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/notices/places/{act['posting']}/")
    sheet = desk.form("hang-hung_at")
    sheet.put("hang-hung_at", act["hung_at"][:16])
    sheet.put("hang-photo", picture(act["photo"]))
    sheet.send('[value="hang"]')


@by_hand("postings.add_photo")
def add_photo(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/notices/places/{act['posting']}/")
    sheet = desk.form("photo-taken_at")
    sheet.put("photo-moment", act["moment"])
    sheet.put("photo-taken_at", act["taken_at"][:16])
    sheet.put("photo-photo", picture(act["file"]))
    sheet.send('[value="photo"]')


@by_hand("notices.close_notice")
def close_notice(desks: Desks, act: Told) -> None:
    checked(desks.of(act["by"]).go(f"/notices/{act['notice']}/close/"))


# ── who objects ───────────────────────────────────────────────────────────────────────────────


@by_hand("objections.lodge", "appeals.take_in")
def lodge(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/cases/{act['case']}/object/")
    sheet = desk.form("channel")
    for name in ("received_on", "channel", "text", "objector", "phone"):
        sheet.put(name, act["said"][name])
    dated(sheet, act)
    sheet.send()


@by_hand("objections.answer", "appeals.decide")
def answer(desks: Desks, act: Told) -> None:
    key = act.get("objection") or act.get("appeal")
    desk = desks.of(act["by"]).go(f"/objections/{key}/")
    sheet = desk.form("answer-outcome")
    sheet.put("answer-outcome", act["outcome"])
    sheet.put("answer-checkers", "、".join(act["checkers"]))
    sheet.put("answer-conclusion", act["conclusion"])
    if sheet.has("answer-number"):
        sheet.put("answer-number", act["number"])
    sheet.put("answer-scan", picture(act["file"]))
    dated(sheet, act, "answer-")
    sheet.send('[value="answer"]')


@by_hand("objections.confirm_answer", "appeals.confirm")
def confirm_reply(desks: Desks, act: Told) -> None:
    key = act.get("objection") or act.get("appeal")
    desk = desks.of(act["by"]).go(f"/objections/{key}/")
    sheet = desk.form("confirm-done_on")
    dated(sheet, act, "confirm-")
    sheet.send('[value="confirm"]')


@by_hand("notices.strike_out")
def strike_out(desks: Desks, act: Told) -> None:
    for key in act["objections"]:
        desk = desks.of(act["by"]).go(f"/objections/{key}/")
        sheet = desk.form("strike-why")
        sheet.put("strike-why", act["reason"])
        dated(sheet, {**act, "reason": ""}, "strike-")
        sheet.send('[value="strike"]')


# ── visits that are assigned; the bureaux ─────────────────────────────────────────────────────


@by_hand("assigning.assign_inspectors")
def assign_inspectors(desks: Desks, act: Told) -> None:
    for batch in act["batches"]:
        desk = desks.of(act["by"]).go(f"/batches/{batch}/inspectors/{act['stage']}/")
        sheet = desk.form("cases")
        sheet.tick("cases", act["cases"])
        sheet.tick_named("inspectors", [desks.name_of(one) for one in act["inspectors"]])
        dated(sheet, act)
        sheet.send('[value="give"]')


@by_hand("comparison.ask_bureaux")
def ask_bureaux(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(work(act, "compare"))
    sheet = desk.form("number")
    sheet.tick("lists", act["batches"])
    sheet.put("number", act["number"])
    dated(sheet, {**act, "done_on": act["asked_on"]})
    sheet.send()


@by_hand("comparison.answer")
def bureau_answers(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/requests/{act['run']}/")
    sheet = desk.form("answered_by")
    for name in ("number", "answered_by"):
        sheet.put(name, act[name])
    dated(sheet, {**act, "done_on": act["answered_on"]})
    sheet.put("file", picture(f"{act['file']} {act['number']}"))
    if not act["hits"]:
        sheet.put("nil", value=True)
    lines = [name for name in sheet.names() if name.endswith("-who")]
    for field, number, hit in zip(lines, act["numbers"], act["hits"], strict=False):
        line = field.removesuffix("who")
        sheet.put(field, number)
        sheet.put(f"{line}fact", hit["fact"])
        sheet.put(f"{line}why", hit["detail"])
    sheet.send()


@by_hand("comparison.confirm_answer")
def confirm_bureau(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/requests/{act['run']}/")
    sheet = desk.form("confirm")
    dated(sheet, act)
    sheet.send('[name="confirm"]')


@by_hand("comparison.explain")
def explain(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/hits/{act['hit']}/")
    sheet = desk.form("explanation")
    sheet.put("explanation", act["explanation"])
    sheet.put("file", picture(f"{act['file']} {act['hit']}"))
    dated(sheet, act)
    sheet.send()


@by_hand("comparison.judge")
def judge(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/hits/{act['hit']}/")
    sheet = desk.form("verdict")
    sheet.put("verdict", act["verdict"])
    sheet.put("why", "有过户凭证")
    sheet.put("judged_on", act["done_on"])
    sheet.send('[name="judge"]')


@by_hand("comparison.expire_hits")
def expire_hits(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(work({"stage": "comparison"}, "compare"))
    desk.form("expire").send('[name="expire"]')


@by_hand("comparison.refuse_by_hits")
def refuse_by_hits(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(work({"stage": "comparison"}, "refuse-hits"))
    checked(desk)


# ── decisions, marks ──────────────────────────────────────────────────────────────────────────


def _looked(desks: Desks, act: Told, path: str) -> Any:
    """A page of decisions, its exceptions looked at one by one."""
    desk = desks.of(act["by"]).go(path)
    while desk.shows("button", "打开查看"):
        desk.press("打开查看")
        desk.go(path)
    return desk


@by_hand("decisions.propose")
def propose(desks: Desks, act: Told) -> None:
    desk = _looked(desks, act, work(act, "decide"))
    sheet = desk.form("number")
    sheet.tick("lists", act["batches"])
    sheet.put("number", act["request_number"])
    sheet.put("region", act["region"])
    dated(sheet, {**act, "done_on": act["proposed_on"]})
    sheet.send()


@by_hand("decisions.decide")
def decide(desks: Desks, act: Told) -> None:
    desk = _looked(desks, act, f"/decisions/{act['decision']}/")
    sheet = desk.form("scan")
    sheet.put("number", act["number"])
    for name in sheet.names():
        if name.endswith("-said"):
            sheet.put(name, "approve")
    sheet.put("scan", picture(f"{act['scan']} {act['number']}"))
    dated(sheet, {**act, "done_on": act["decided_on"]})
    counted(sheet)
    sheet.send()


@by_hand("decisions.confirm_decision")
def confirm_decision(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/decisions/{act['decision']}/")
    sheet = desk.form("confirm")
    dated(sheet, act)
    counted(sheet)
    sheet.send('[name="confirm"]')


@by_hand("marks.mark")
def mark(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(work(act, "mark"))
    sheet = desk.form("list")
    dated(sheet, act)
    sheet.send('[name="list"]')


@by_hand("marks.confirm_marks")
def confirm_marks(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(work(act, "mark"))
    sheet = desk.form("marked_on")
    sheet.tick("cases", act["cases"])
    sheet.put("marked_on", act["marked_on"])
    dated(sheet, act)
    sheet.send('[name="confirm"]')


@by_hand("marks.confirm_unmark")
def confirm_unmark(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go("/unmark/")
    sheet = desk.form("cases")
    sheet.tick("cases", act["cases"])
    if sheet.has("marked_on"):
        sheet.put("marked_on", act["unmarked_on"])
    dated(sheet, act)
    sheet.send()


# ── the draw ──────────────────────────────────────────────────────────────────────────────────


@by_hand("frames.freeze_frame")
def freeze(desks: Desks, act: Told) -> None:
    checked(desks.of(act["by"]).go(f"{work(act, 'draws')}freeze/{act['region']}/"))


@by_hand("city.seed_and_draw")
def seed_and_draw(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/draws/{act['draw']}/")
    sheet = desk.form("source")
    sheet.put("seed", act["seed"])
    sheet.put("source", act["source"])
    dated(sheet, act)
    counted(sheet)
    sheet.send('[name="draw"]')


@by_hand("city.register_external")
def register_external(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"{work(act, 'draws')}external/{act['region']}/")
    sheet = desk.form("numbers")
    sheet.put("source", act["source"])
    sheet.put("numbers", "\n".join(act["drawn"]))
    sheet.put("file", picture(act["file"]))
    dated(sheet, act)
    sheet.send()


@by_hand("city.confirm_external")
def confirm_external(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/draws/{act['draw']}/")
    sheet = desk.form("external")
    dated(sheet, act)
    counted(sheet)
    sheet.send('[name="external"]')


@by_hand("city.replace")
def replace(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/draws/items/{act['item']}/replace/")
    sheet = desk.form("why")
    sheet.put("why", act["reason"])
    dated(sheet, {**act, "reason": ""})
    counted(sheet)
    sheet.send()


@by_hand("city.close_result")
def close_result(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/draws/{act['draw']}/")
    sheet = desk.form("result")
    sheet.put("number", act["number"])
    sheet.put("file", picture(f"{act['file']} {act['number']}"))
    dated(sheet, act)
    counted(sheet)
    sheet.send('[name="result"]')


@by_hand("city.confirm_result")
def confirm_result(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/draws/{act['draw']}/")
    sheet = desk.form("confirm")
    dated(sheet, act)
    counted(sheet)
    sheet.send('[name="confirm"]')
