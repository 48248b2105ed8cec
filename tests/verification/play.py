"""The stages of village and township, played by their services as they should go."""

from datetime import datetime, timedelta

from exitcase.core import clock
from exitcase.core.choices import (
    Capacity,
    FileKind,
    Finding,
    Mode,
    PaperKind,
    Place,
    Post,
    Role,
    StageKind,
)
from publicity import services as board
from publicity.choices import Moment, NoticeKind
from publicity.services import ItemSpec, PlaceSpec
from tests.verification import build
from verification.services import advance, assessments, inspections, signatures, village
from verification.services.specs import (
    AssessSpec,
    AttendanceSpec,
    Ballot,
    SignSpec,
    VisitorSpec,
    VisitSpec,
)
from verification.services.submissions import receive, submit

SOFT = {"records_noted": "会后补", "within_window": "上级统一安排"}
REPS = tuple(f"代表{at}" for at in "甲乙丙丁戊己庚辛壬癸")


def bring(world, batch, to_stage):
    """From where the batch stands to `to_stage`; comparison is as far as this module goes."""
    batch.refresh_from_db()
    while batch.stage != to_stage:
        stage = world.rules.stage(batch.stage)
        PLAYERS[stage.kind](world, batch, stage)
        leave(world, batch, stage)
    return batch


def leave(world, batch, stage):
    rows = type(batch).objects.filter(pk=batch.pk)
    moved = advance.advance_batches(
        rows, stage.key, by=clerk(world, batch, stage), done_on=world.day, reasons=SOFT
    )
    assert moved.count == 1, moved.words()
    batch.refresh_from_db()


def clerk(world, batch, stage):
    """Who does the work of a stage: a cadre in the village, an officer in the township."""
    return world.cadre(batch.village_id) if stage.level == "village" else world.officer()


def open_cases(world, batch, stage):
    return world.cases(batch).filter(state=world.rules.before(stage.key))


# ── collection, meeting, consent ──────────────────────────────────────────────────────────────


def survey(world, batch, stage):
    spec = VisitSpec(
        mode=Mode.HOME, done_on=world.day, visitors=[VisitorSpec(name="谭建成", post=Post.HELPER)]
    )
    cases = open_cases(world, batch, stage)
    specs = dict.fromkeys(cases.values_list("pk", flat=True), spec)
    by = world.cadre(batch.village_id)
    inspections.record_surveys(cases, stage.key, specs, by=by, done_on=world.day)


def attendances(present=12, absent=0):
    """The four posts and representatives; the last `absent` of them stayed away."""
    posts = build.POSTS["village"]
    due = [(names[0], post) for post, names in posts.items()][:4]
    due += [(name, Post.VILLAGE_REP) for name in REPS]
    due = due[: present + absent]
    return [
        AttendanceSpec(name=name, post=post, present=at < present, signed=at < present)
        for at, (name, post) in enumerate(due)
    ]


def meeting(world, batch, stage="appraisal", present=12, absent=0, **more):
    told = {
        "number": f"评议{next(build.SEQUENCE)}",
        "held_on": world.day,
        "place": "村部会议室",
        "chair": "向光明",
        "recorder": "石爱莲",
        "attendances": attendances(present, absent),
        "minutes": world.file(batch.village_id),
        "by": world.cadre(batch.village_id),
        "done_on": world.day,
        **more,
    }
    return village.hold_meeting(batch, stage, **told)


def appraise(world, batch, stage):
    held = meeting(world, batch, stage.key)
    cases = list(open_cases(world, batch, stage))
    by = world.cadre(batch.village_id)
    ballots = {case.pk: Ballot(yes=held.present) for case in cases}
    village.vote(held, ballots, by=by, done_on=world.day)
    judged = {case.pk: results(world) for case in cases}
    rows = open_cases(world, batch, stage)
    assessments.assess(rows, stage.key, judged, by=by, done_on=world.day)
    sign_posts(world, batch, stage)


def results(world, short=()):
    """Every indicator of the plan, met but for those in `short`."""
    keys = world.rules.indicator_keys
    return {key: AssessSpec(met=key not in short, facts="查看属实") for key in keys}


def post_signs(world, stage, village=""):
    """One signature of every post the stage's form asks for."""
    scan = world.file(village)
    level = {post: names for posts in build.POSTS.values() for post, names in posts.items()}
    return [
        SignSpec(
            slot=slot,
            paper=PaperKind.ACCEPTANCE_FORM,
            signer=level[slot][0],
            signed_on=world.day,
            scan=scan,
        )
        for slot in stage.signers.slots
        if slot in level
    ]


def sign_posts(world, batch, stage):
    cases = open_cases(world, batch, stage)
    specs = dict.fromkeys(
        cases.values_list("pk", flat=True), post_signs(world, stage, batch.village_id)
    )
    by = clerk(world, batch, stage)
    signatures.sign(cases, stage.key, specs, by=by, done_on=world.day)


def head_signs(world, case, **more):
    told = {
        "slot": Post.HOUSEHOLD,
        "paper": PaperKind.ACCEPTANCE_FORM,
        "signer": case.head_name,
        "signed_on": world.day,
        "capacity": Capacity.HEAD,
        "scan": world.file(case.village_id),
        **more,
    }
    return SignSpec(**told)


def helper_signs(world, case, **more):
    told = {"slot": Post.HELPER, "signer": build.HELPER, "capacity": None, **more}
    return head_signs(world, case, **told)


def consent(world, batch, stage):
    cases = open_cases(world, batch, stage)
    specs = {case.pk: [head_signs(world, case), helper_signs(world, case)] for case in cases}
    by = world.cadre(batch.village_id)
    signatures.sign(cases, stage.key, specs, by=by, done_on=world.day)


# ── notice ────────────────────────────────────────────────────────────────────────────────────


def items(cases):
    return [
        ItemSpec(
            case_key=case.pk,
            household_id=case.household_id,
            group=case.group,
            head_name=case.head_name,
            persons=case.persons,
            facts_sha256=case.facts_sha256,
        )
        for case in cases
    ]


NAMES = {
    Place.VILLAGE_BOARD: "村部门口",
    Place.GATHERING_PLACE: "老井坪",
    Place.TOWNSHIP_BOARD: "镇政府门口",
}


def hang(world, batch, stage):
    """Draft, release, hang everywhere, with photos; the clock is at the day of hanging."""
    in_village = stage.level == "village"
    region = batch.village_id if in_village else build.TOWNSHIP
    first = clerk(world, batch, stage)
    second = world.cadre(region, n=1) if in_village else world.user(Role.TOWNSHIP_LEADER)
    notice = board.draft_notice(
        items(open_cases(world, batch, stage)),
        stage=stage.key,
        programme=batch.programme,
        region=region,
        organ="村民委员会" if in_village else "镇人民政府",
        title=stage.title,
        kind=NoticeKind.NOTICE,
        places=[
            PlaceSpec(place=place, place_name=NAMES[place], region_code=region)
            for place in stage.places.kinds
        ],
        by=first,
        done_on=world.day,
    )
    board.release_notice(notice, by=second, done_on=world.day)
    for posting in notice.postings.all():
        photo = world.file(region, FileKind.PHOTO)
        at = datetime(world.day.year, world.day.month, world.day.day, 8, 30, tzinfo=clock.PLACE)
        board.hang(posting, hung_at=at, photo=photo, by=first, done_on=world.day)
    notice.refresh_from_db()
    return notice


def run(world, batch, stage):
    """Hang, wait until the term is over, photograph, close."""
    notice = hang(world, batch, stage)
    world.on(clock.day_of(notice.closes_at))
    by = clerk(world, batch, stage)
    for posting in notice.postings.all():
        board.add_photo(
            posting,
            moment=Moment.END,
            taken_at=clock.read() - timedelta(minutes=1),
            file=world.file(posting.region_id, FileKind.PHOTO),
            by=by,
            done_on=world.day,
        )
    moved = board.close_notice(notice, by=by, done_on=world.day)
    assert moved.count == 1, moved.words()


# ── upwards ───────────────────────────────────────────────────────────────────────────────────


def send(world, batch, stage):
    world.later()
    in_village = stage.level == "village"
    sent = submit(
        type(batch).objects.filter(pk=batch.pk),
        stage.key,
        region=batch.village_id if in_village else build.TOWNSHIP,
        sent_on=world.day,
        by=clerk(world, batch, stage),
    )
    by = world.officer() if in_village else world.user(Role.DISTRICT_OFFICER)
    receive(sent, by=by, received_on=world.day)


def visit(world, **more):
    told = {
        "mode": Mode.HOME,
        "done_on": world.day,
        "finding": Finding.MET,
        "visitors": [
            VisitorSpec(name="龙德清", post=Post.TOWNSHIP_CADRE),
            VisitorSpec(name="阳春桃", post=Post.TEAM_MEMBER),
        ],
        "results": results(world),
        **more,
    }
    return VisitSpec(**told)


def check(world, batch, stage):
    world.later()
    cases = open_cases(world, batch, stage)
    specs = dict.fromkeys(cases.values_list("pk", flat=True), visit(world))
    inspections.inspect_many(cases, stage.key, specs, by=world.officer(), done_on=world.day)
    sign_posts(world, batch, stage)


PLAYERS = {
    StageKind.COLLECT: survey,
    StageKind.MEETING: appraise,
    StageKind.CONSENT: consent,
    StageKind.NOTICE: run,
    StageKind.SUBMIT: send,
    StageKind.CHECK: check,
}
