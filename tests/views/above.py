"""One of everything at the desks above the village, for the test of the doors."""

from exitcase.core import files
from exitcase.core.choices import FileKind, Role
from exitcase.core.scope import SEE_THEIRS
from tests.verification import upper
from tests.verification.facts import Giver
from verification.models import ComparisonRun, Hit

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
}
OF_DISTRICT = {"answer_request", "decision"}
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
    return {
        "compare": compare,
        "refuse_hits": compare,
        "answer_request": [run.pk],
        "hit": [found.pk],
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
    others = OF_OTHERS if role in SEE_THEIRS else set()
    if role in BELOW | ALOFT:
        return OF_DISTRICT | others
    return OF_OFFICE | others if role == Role.BUREAU else others
