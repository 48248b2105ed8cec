"""The page of signatures: by hand, by scan, by an agent, by a refusal; one household, one act."""

import base64
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from exitcase.core.choices import Capacity, Post
from tests.verification import build
from verification.models import Batch, Mandate, Signature

DAY = "2020-10-09"


@pytest.fixture
def batch(world):
    made = world.batch(size=2)
    world.bring(made, "sign_off")
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def case(world, batch):
    return world.cases(batch).first()


def picture(size=(60, 20)):
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, "PNG")
    return out.getvalue()


def drawn():
    return "data:image/png;base64," + base64.b64encode(picture()).decode()


def household(case, **more):
    said = {
        "done_on": DAY,
        "household1-signer": case.head_name,
        "household1-capacity": "head",
        "household1-signed_on": DAY,
        "household1-mark": "hand",
    }
    return said | {f"household1-{name}": value for name, value in more.items()}


def press(client, case, said, **more):
    return client.post(reverse("sign", args=[case.pk]), said | more)


def test_the_head_signs_by_hand_and_the_next_household_comes(as_, world, batch, case):
    client = as_(world.cadre())
    page = client.get(reverse("sign", args=[case.pk]))
    assert case.head_name in page.content.decode()
    answer = press(client, case, household(case, drawn=drawn()))
    assert answer.status_code == 302, answer.context["page"].sent.problems
    signed = Signature.objects.get(case=case, slot=Post.HOUSEHOLD)
    assert (signed.signer, signed.capacity, signed.mark) == (case.head_name, "head", "hand")
    assert (signed.scan.mime, signed.scan.encrypted) == ("image/png", True)
    other = world.cases(batch).last()
    assert answer["Location"] == reverse("sign", args=[other.pk])


def test_a_scan_and_the_helper_in_one_act(as_, world, case):
    said = household(case) | {
        "helper1-signer": case.household.helper_name,
        "helper1-signed_on": DAY,
        "helper1-mark": "hand",
        "helper1-done": "1",
    }
    scan = SimpleUploadedFile("签字页.pdf", b"%PDF-1.7 scan")
    answer = press(as_(world.cadre()), case, said, **{"household1-scan": scan})
    assert answer.status_code == 302, answer.context["page"].sent.problems
    rows = Signature.objects.filter(case=case, stage="sign_off").order_by("slot")
    assert [(one.slot, one.scan_id is not None) for one in rows] == [
        (Post.HELPER, False),
        (Post.HOUSEHOLD, True),
    ]


def test_a_name_alone_is_no_signature(as_, world, case):
    answer = press(as_(world.cadre()), case, household(case))
    assert answer.status_code == 422
    assert "还没有登记任何一处签字" in answer.content.decode()
    assert not Signature.objects.filter(case=case, slot=Post.HOUSEHOLD).exists()


def test_the_helper_may_not_sign_for_the_household(as_, world, case):
    said = household(case, drawn=drawn(), signer=case.household.helper_name)
    answer = press(as_(world.cadre()), case, said)
    assert answer.status_code == 422
    assert "签字人不是户主" in answer.content.decode()
    assert case.household.helper_name in answer.content.decode()  # what was typed is still there
    assert not Signature.objects.filter(case=case, slot=Post.HOUSEHOLD).exists()


def test_an_agent_signs_under_a_mandate(as_, world, case):
    client = as_(world.cadre())
    mandate = {
        "done_on": DAY,
        "give": "1",
        "mandate-number": "WT-2020-0001",
        "mandate-agent": "欧大勇",
        "mandate-agent_id_number": build.id_number(build.date(1990, 5, 6), 7),
        "mandate-relation": "侄子",
        "mandate-reason": "在外务工",
        "mandate-valid_from": DAY,
        "mandate-valid_until": "2020-12-31",
        "mandate-form": "书面",
        "mandate-file": SimpleUploadedFile("委托书.png", picture()),
    }
    answer = press(client, case, mandate)
    assert answer.status_code == 302, answer.context["page"].sent.problems
    assert Mandate.objects.get(case=case).agent == "欧大勇"
    said = household(case, drawn=drawn(), signer="欧大勇", capacity="agent", relation="侄子")
    assert press(client, case, said).status_code == 302
    signed = Signature.objects.get(case=case, slot=Post.HOUSEHOLD)
    assert (signed.capacity, signed.signer) == (Capacity.AGENT, "欧大勇")


def test_a_refusal_is_kept_as_one(as_, world, case):
    answer = press(as_(world.cadre()), case, household(case, refused="on"))
    assert answer.status_code == 302, answer.context["page"].sent.problems
    assert Signature.objects.get(case=case, slot=Post.HOUSEHOLD).refused


def test_a_fingerprint_wants_a_witness_who_is_no_cadre(as_, world, case):
    client = as_(world.cadre())
    scan = {"household1-scan": SimpleUploadedFile("a.png", picture())}
    answer = press(client, case, household(case, mark="fingerprint"), **scan)
    assert answer.status_code == 422
    assert "须有他人见证" in answer.content.decode()
    scan = {"household1-scan": SimpleUploadedFile("a.png", picture())}
    said = household(case, mark="fingerprint", witness="谢小满")
    assert press(client, case, said, **scan).status_code == 302


@pytest.mark.parametrize("sent", ["data:text/html;base64,PGI+", "data:image/png;base64,%%%"])
def test_what_is_no_stroke_is_said(as_, world, case, sent):
    answer = press(as_(world.cadre()), case, household(case, drawn=sent))
    assert answer.status_code == 422
    assert "手写签名没有送到" in answer.content.decode()


def test_no_page_where_nothing_is_signed_or_for_a_stranger(as_, world, case):
    early = world.cases(world.batch(size=1)).get()
    client = as_(world.cadre())
    assert client.get(reverse("sign", args=[early.pk])).status_code == 404
    other = as_(world.cadre(world.villages[1]))
    assert other.get(reverse("sign", args=[case.pk])).status_code == 404


def test_the_posts_of_the_meeting_sign_their_part(as_, world):
    made = world.batch(size=1)
    world.bring(made, "appraisal")
    one = world.cases(made).get()
    said = {"done_on": DAY}
    for slot, name in (("appraisal_leader", "向光明"), ("village_secretary", "石爱莲")):
        said |= {
            f"{slot}1-signer": name,
            f"{slot}1-signed_on": DAY,
            f"{slot}1-mark": "hand",
            f"{slot}1-done": "1",
        }
    assert press(as_(world.cadre()), one, said).status_code == 302
    signed = Signature.objects.filter(case=one, stage="appraisal").order_by("slot")
    assert [(row.slot, row.signer) for row in signed] == [
        ("appraisal_leader", "向光明"),
        ("village_secretary", "石爱莲"),
    ]
