"""One thing for every address there is, for the tests that ask every address."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from exitcase.core import clock, files
from exitcase.core.choices import FileKind, Role
from exitcase.core.models import Paper
from households.models import Household
from publicity.models import Notice
from tests.verification import build, play, upper
from tests.verification.facts import Giver
from tests.views import above, hung, readings, staff, waiting
from verification.models import Assignment, Batch, Case, Question, Submission
from verification.services import submissions

POSTS = {  # of each of a batch's forms
    "advance", "pass_chosen", "split_off", "send_back", "end", "issue_papers", "numbers",
    "answer_question", "remind", *readings.POSTS, *above.POSTS,
    "receive_submission", "return_submission", "recall_submission", "issue_submission",
}  # fmt: skip
SENT = {
    "submission", "submission_sent",
    "receive_submission", "return_submission", "recall_submission", "issue_submission",
}  # fmt: skip


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


ROUTES = list(patterns(get_resolver()))


def one_of_everything(world) -> dict[str, list]:
    """Route → its arguments: all in the first village; the second is its sibling."""
    giver = Giver(world)
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    giver.give([case], "village_notice")
    theirs(world, giver, case)
    paper = Paper.objects.create(
        kind="acceptance_form",
        title="附件1",
        subject_kind="case",
        subject_id=str(case.pk),
        region_id=world.villages[0],
        facts_sha256="0" * 64,
        issued_on=world.day,
        pdf=kept(world),
        xlsx=kept(world),
    )
    discussing = world.batch(size=1)
    Batch.objects.filter(pk=discussing.pk).update(stage="appraisal")
    discussed = world.cases(discussing).get()
    Case.objects.filter(pk=discussed.pk).update(state="collection")
    keys = {
        "hold_meeting": discussing.pk,
        "ballots": play.meeting(world, discussing).pk,
        "sign": discussed.pk,
        "judge": discussed.pk,
        "household": case.household_id,
        "numbers": case.household_id,
        "case": case.pk,
        "issue_papers": case.pk,
        "notice": Notice.objects.get().pk,
        "paper_pdf": paper.pk,
        "paper_xlsx": paper.pk,
        "answer_question": Question.objects.create(
            region_id=build.DISTRICT, kind="same_photo", key="k", about="x", asked_at=clock.read()
        ).pk,
    }
    checked = world.batch(size=1)
    upper.put(world, "township_check", [checked])
    beside = build.load("shanxi")
    keys |= {"glance_at": world.villages[0]}
    keys |= {"visits": checked.pk, "visit": world.cases(checked).get().pk}
    sent = sent_up(world)
    keys |= dict.fromkeys(SENT, sent.pk)
    to_send = [batch.programme_id, sent.stage, sent.region_id]
    return (
        {name: [batch.pk] for name in ("batch", *POSTS)}
        | {name: [key] for name, key in keys.items()}
        | {"submit": to_send, "supervise": [beside.pk, "supervision", world.villages[0]]}
        | above.things(world, case)
        | staff.things(world)
        | readings.things(case)
        | hung.things(world, case)
        | waiting.things(world, case)
    )


def sent_up(world) -> Submission:
    """A list of the village that waits for its receipt."""
    listed = world.batch(size=1)
    upper.put(world, "village_submission", [listed])
    rows = Batch.objects.filter(pk=listed.pk)
    way = {"region": world.villages[0], "sent_on": world.day, "by": world.cadre()}
    return submissions.submit(rows, "village_submission", **way)


def theirs(world, giver, case):
    """The case is the helper's own, the inspectors were sent to it, the bureaux asked about it."""
    rows = Household.objects.filter(pk=case.household_id)
    rows.update(helper=world.user(Role.HELPER))
    giver.give([case], "comparison")
    for role, stage in (
        (Role.DISTRICT_INSPECTOR, "district_inspection"),
        (Role.CITY_INSPECTOR, "city_check"),
    ):
        sent = {"case": case, "stage": stage, "since": world.day, "tx": "t"}
        Assignment.objects.create(user=world.user(role), **sent)


def kept(world):
    return files.put(
        b"%PDF-",
        name="附件1.pdf",
        mime="application/pdf",
        kind=FileKind.PAPER,
        region=world.villages[0],
        private=True,
        by="test",
    )
