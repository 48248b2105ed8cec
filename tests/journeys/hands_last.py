"""The acts of the last steps, and what comes after an exit, done by hand."""

from tests.journeys.desk import Desks, picture
from tests.journeys.hands import Told, by_hand, checked, counted, dated
from tests.journeys.hands_above import work


@by_hand("announce.announce")
def announce(desks: Desks, act: Told) -> None:
    """One drafts it, a second person releases it."""
    desk = desks.of(act["by"]).go(f"{work(act, 'announce')}{act['region']}/")
    sheet = desk.form("done_on")
    dated(sheet, act)
    counted(sheet)
    sheet.send()
    checked(desks.of(act["releaser"]).go(f"/notices/{act['made']}/release/"))


@by_hand("conveying.convey")
def convey(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/batches/{act['batch']}/convey/{act['paper']}/")
    sheet = desk.form("number")
    sheet.put("number", act["number"])
    sheet.put("file", picture(f"{act['file']} {act['number']}"))
    dated(sheet, act)
    sheet.send()


@by_hand("filing.file_original")
def file_original(desks: Desks, act: Told) -> None:
    desk, kind = desks.of(act["by"]).go(f"/batches/{act['batch']}/filing/"), act["kind"]
    sheet = desk.form(f"{kind}-number")
    sheet.put(f"{kind}-number", act["number"])
    sheet.put(f"{kind}-file", picture(f"{act['file']} {act['number']}"))
    dated(sheet, act, f"{kind}-")
    sheet.send(f'[value="{kind}"]')


@by_hand("announce.deliver")
def deliver(desks: Desks, act: Told) -> None:
    for batch in act["batches"]:
        desk = desks.of(act["by"]).go(f"/batches/{batch}/letters/?end={END[act['kind']]}")
        sheet = desk.form("cases")
        sheet.tick("cases", act["cases"])
        dated(sheet, act)
        sheet.send()


END = {
    "exit_letter": "granted",
    "refusal_letter": "refused",
    "withdrawal_letter": "withdrawn",
    "cease_letter": "ceased",
}


@by_hand("rectification.open_rectification")
def open_rectification(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/cases/{act['case']}/rectify/")
    sheet = desk.form("problem")
    sheet.choose_by("origin", act["found_at"])
    for name in ("problem", "owner", "due_on"):
        sheet.put(name, act[name])
    dated(sheet, act)
    sheet.send()


@by_hand("rectification.report_rectification")
def report_rectification(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/rectifications/{act['rectification']}/")
    sheet = desk.form("measure")
    sheet.put("measure", act["measure"])
    sheet.put("same_fault", act["same_fault"])
    sheet.put("file", picture(f"{act['file']} {act['rectification']}"))
    dated(sheet, act)
    sheet.send('[name="report"]')


@by_hand("rectification.recheck")
def recheck(desks: Desks, act: Told) -> None:
    desk = desks.of(act["by"]).go(f"/rectifications/{act['rectification']}/")
    sheet = desk.form("outcome")
    offered = sheet.form.locator('[name="outcome"]')
    sheet.put("outcome", offered.nth(0 if act["passed"] else 1).get_attribute("value"))
    dated(sheet, act)
    sheet.send('[name="recheck"]')


@by_hand("relapse.relapse")
def relapse(desks: Desks, act: Told) -> None:
    for household in act["households"]:
        desk = desks.of(act["by"]).go(f"/households/{household}/relapse/")
        sheet = desk.form("cause")
        for name in ("found_on", "number", "cause"):
            sheet.put(name, act[name])
        sheet.put("paper", picture(f"{act['paper']} {household}"))
        dated(sheet, act)
        counted(sheet)
        sheet.send()
