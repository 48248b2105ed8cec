"""The desk of notices as tests use it: drafts, photos, and the forms of its pages."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from publicity import services as board
from verification.models import Batch
from verification.services import notices

DAY = "2020-10-09"


def draft(world, *batches):
    rules, villages = world.rules, sorted({one.village_id for one in batches})
    stage = rules.stage(batches[0].stage)
    by = world.cadre(villages[0]) if stage.level == "village" else world.officer()
    return notices.draft(
        Batch.objects.filter(pk__in=[one.pk for one in batches]),
        stage.key,
        organ="第1村村民委员会",
        title="2020年度贫困户脱贫村级公示",
        places=notices.places_of(stage, villages, rules.year),
        by=by,
        done_on=world.day,
    )


def photo(name="墙上.jpg"):
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def text(answer):
    return answer.content.decode()


def said(form, **more):
    return {f"{form}-{name}": value for name, value in more.items()} | {"act": form}


def sheet(*batches, **more):
    """The form of the draft as it comes, with these lists ticked."""
    places = {
        f"{one.place}-{one.region_code}-place_name": one.place_name
        for one in notices.places_of(
            batches[0].rules.stage(batches[0].stage),
            sorted({one.village_id for one in batches}),
            2020,
        )
    }
    spare = {}
    for nth in (1, 2):
        spare |= {f"extra{nth}-place_name": "", f"extra{nth}-place": "in_village"}
        spare |= {f"extra{nth}-region": batches[0].village_id}
    return {
        "batches": [str(one.pk) for one in batches],
        "title": "2020年度贫困户脱贫村级公示",
        "organ": "第1村村民委员会",
        "done_on": DAY,
        **places,
        **spare,
        **more,
    }


def hang_all(world, notice, client, at="2020-10-09T08:30"):
    board.release_notice(notice, by=world.cadre(n=1), done_on=world.day)
    for place in notice.postings.order_by("pk"):
        sent = said("hang", hung_at=at, photo=photo())
        answer = client.post(reverse("posting", args=[place.pk]), sent)
        assert answer.status_code == 302, answer.context["sent"].problems
    notice.refresh_from_db()
    return notice


def count(client, url) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
