"""One of everything at the desks above the village, for the test of the doors."""

from exitcase.core import files
from exitcase.core.choices import Act, FileKind, Role
from exitcase.core.scope import SEE_THEIRS
from tests.verification import upper
from tests.verification.facts import Giver
from tests.views.hung import written
from verification.models import ComparisonRun, Draw, Hit

# Read, filled in and sent at one address.
FORMS = {
    "compare",
    "refuse_hits",
    "answer_request",
    "hit",
    "decide",
    "decision",
    "mark",
    "unmark",
    "draft_announcement",
    "convey",
    "letters",
    "file_originals",
    "draw",
    "freeze",
    "external_draw",
    "replace_drawn",
    "rectification",
    "open_rectification",
    "open_regional",
}
# Read without any argument: what of it is theirs, everybody sees.
LISTS = {"unmark", "rectifications"}
OF_DRAWS = {
    "draw",
    "draw_check",
    "draw_export",
    "draw_done",
}  # of the district's office and of who visits
OF_OTHER_PLANS = {"open_regional"}  # this one looks into no region's work
POSTS = {"issue_desk"}
OF_DISTRICT = {"answer_request", "decision", "issue_desk"}
OF_OTHERS = {"draft_announcement"}  # of a household none of a helper's or inspector's own
OF_OFFICE = {"decision"}  # and of no bureau
BELOW = {Role.VILLAGE_CADRE, Role.HELPER, Role.WORK_TEAM, Role.TOWNSHIP_OFFICER,
         Role.TOWNSHIP_LEADER}  # fmt: skip
ALOFT = {Role.DISTRICT_INSPECTOR, Role.CITY_INSPECTOR}


def things(world, case) -> dict[str, list]:
    """Of the case's own district and plan; the routes' arguments."""
    run = ComparisonRun.objects.filter(bureau="housing").first()
    found = Hit.objects.create(
        case=case,
        run=run,
        stage="comparison",
        number="1",
        fact="car",
        detail="车",
        raised_on=world.day,
        raised_by=world.officer(),
        file=scan(world),
    )
    told = upper.put(world, "announcement", [world.batch(size=1)]).get()
    compare = [world.programme.pk, "comparison"]
    standing = upper.put(world, "city_check", [world.batch(size=1)]).get()
    of_draw = [world.programme.pk, "city_check", standing.district]
    draw = Giver(world).frame([case], world.rules.stage("city_check"), drawn=True, closed=False)
    Draw.objects.filter(pk=draw.pk).update(
        drawn_on=world.day, drawn_by=world.officer(1), seed="12345678901234567890"
    )
    written(world, Act.FREEZE, draw)
    fix = Giver(world).rectification(case)
    return {
        "draws": of_draw[:2],
        "freeze": of_draw,
        "external_draw": of_draw,
        **{key: [draw.pk] for key in OF_DRAWS},
        "draw_done": [draw.pk, "frozen"],
        "replace_drawn": [draw.items.get().pk],
        "rectification": [fix.pk],
        "open_rectification": [case.pk],
        "open_regional": [world.programme.pk],
        "compare": compare,
        "refuse_hits": compare,
        "answer_request": [run.pk],
        "hit": [found.pk],
        "issue_desk": ["request", run.pk],
        "scan": ["hit", found.pk],
        "decide": [world.programme.pk, "review"],
        "mark": [world.programme.pk, "mark"],
        "announce": [world.programme.pk, "announcement"],
        "draft_announcement": [world.programme.pk, "announcement", told.district],
        "convey": [told.batch_id, "exit_letter"],
        "letters": [case.batch_id],
        "file_originals": [case.batch_id],
        "decision": [Giver(world).decision([case], world.rules.stage("review")).pk],
    }


def scan(world):
    return files.put(
        b"%PDF-",
        name="佐证.pdf",
        mime="application/pdf",
        kind=FileKind.SCAN,
        region=world.villages[0],
        private=True,
        by="test",
    )


def unseen(role: Role) -> set[str]:
    """What lies in this role's regions and is not its to see."""
    found = set(OF_OTHER_PLANS)
    if role in SEE_THEIRS:
        found |= OF_OTHERS
    if role in BELOW | ALOFT:
        found |= OF_DISTRICT
    if role in BELOW | {Role.BUREAU}:
        found |= OF_DRAWS
    return found | OF_OFFICE if role == Role.BUREAU else found
