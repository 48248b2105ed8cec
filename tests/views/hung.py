"""The village's own desks at the doors: one thing of each address, and who finds none."""

from exitcase.core import clock, files, journal
from exitcase.core.choices import Act, FileKind, Place
from exitcase.core.journal import Actor
from exitcase.core.scope import SEE_THEIRS
from publicity.choices import Channel, Moment, ObjectionKind
from publicity.models import Notice, Objection, Posting, PostingPhoto
from publicity.payload import NoticePayload
from verification.models import Batch, Case

NOTICES = ("release_notice", "close_notice", "take_down_notice", "amend_notice")
FORMS = {  # read, filled in and sent at one address
    "draft_notice", "release_notice", "close_notice", "take_down_notice", "amend_notice",
    "posting", "lodge",
    "objection", "year", "statement", "village_year", "list_cases",
}  # fmt: skip


def things(world, case):
    notice = Notice.objects.get()
    Notice.objects.update(payload=said(notice).as_dict())
    written(world, Act.DRAFT_NOTICE, notice)
    waiting = world.batch(size=1)
    stage = "village_notice"
    Batch.objects.filter(pk=waiting.pk).update(stage=stage)
    Case.objects.filter(batch=waiting).update(state=world.rules.before(stage))
    place = Posting.objects.create(
        notice=notice, place=Place.VILLAGE_BOARD, place_name="村部", region_id=world.villages[0]
    )
    return {
        "draft_notice": [waiting.pk],
        **{name: [notice.pk] for name in NOTICES},
        "notice_done": [notice.pk, "drafted"],
        "posting": [place.pk],
        "posting_photo": [photo(world, place).pk],
        "lodge": [case.pk],
        **{name: [case.household_id, 2020] for name in ("year", "statement")},
        "village_year": [case.village_id, 2020],
        "list_cases": [case.village_id],
        "objection": [objection(world, case).pk],
    }


def written(world, act, row):
    """The act stands in the journal: its confirmation tells when."""
    with journal.act(Actor.system(), world.day):
        journal.record(act, row, "", "x")


def said(notice: Notice) -> NoticePayload:
    """What it says, of nobody."""
    return NoticePayload(
        title=notice.title,
        organ=notice.organ,
        basis="方案",
        period="",
        items=(),
        households=0,
        persons=0,
        places=("村部",),
        contacts=(),
    )


def photo(world, place):
    kept = files.put(
        b"\xff\xd8\xff",
        name="a.jpg",
        mime="image/jpeg",
        kind=FileKind.PHOTO,
        region=world.villages[0],
        private=True,
        by="test",
    )
    at = clock.read()
    return PostingPhoto.objects.create(
        posting=place, moment=Moment.START, taken_at=at, recorded_at=at, file=kept
    )


def objection(world, case):
    return Objection.objects.create(
        region_id=case.village_id,
        number="YY-2020-1",
        kind=ObjectionKind.OBJECTION,
        case_key=case.pk,
        household=case.household,
        programme=case.batch.programme,
        received_on=world.day,
        due_on=world.day,
        channel=Channel.ORAL,
        text="该户有商品房",
    )


def unseen(role):
    """What is said against households is nothing for who sees only a share of them."""
    return {"objection"} if role in SEE_THEIRS else set()
