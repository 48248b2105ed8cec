"""One of everything at the desks above the village, for the test of the doors."""

from exitcase.core import files
from exitcase.core.choices import FileKind, Role
from tests.verification.facts import Giver
from verification.models import ComparisonRun, Hit

# Read, filled in and sent at one address.
FORMS = {"compare", "refuse_hits", "answer_request", "hit", "decide", "decision"}
OF_DISTRICT = {"answer_request", "decision"}
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
    compare = [world.programme.pk, "comparison"]
    return {
        "compare": compare,
        "refuse_hits": compare,
        "answer_request": [run.pk],
        "hit": [found.pk],
        "scan": ["hit", found.pk],
        "decide": [world.programme.pk, "review"],
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
    if role in BELOW | ALOFT:
        return OF_DISTRICT
    return OF_OFFICE if role == Role.BUREAU else set()
