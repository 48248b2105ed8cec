"""The dossier: every paper of a household, each part that was signed, each file as stored."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core import files
from exitcase.core.choices import FileKind, PaperKind, Role
from exitcase.core.models import AccessLog, Paper
from exitcase.core.scope import Scope
from publicity.choices import Channel, ObjectionKind
from publicity.models import Objection
from tests.verification import build, play
from tests.verification.facts import Giver
from verification import queries
from verification.models import Case, Correction, Mandate, Signature


def text(response) -> str:
    return response.content.decode()


def stored(region, data=b"%PDF-1.7 page", name="签字页.pdf"):
    return files.put(
        data,
        name=name,
        mime="application/pdf",
        kind=FileKind.SCAN,
        region=region,
        private=True,
        by="test",
    )


@pytest.fixture
def case(world):
    batch = world.batch(size=1)
    world.bring(batch, "sign_off")
    one = world.cases(batch).get()
    Signature.objects.filter(case=one).update(scan=stored(one.village_id))
    return one


def paper(case, kind, subject):
    return Paper.objects.create(
        kind=kind,
        title=str(kind),
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        region_id=case.village_id,
        facts_sha256="0" * 64,
        issued_on=date(2020, 10, 9),
        pdf=stored(case.village_id, str(subject).encode(), f"{kind}.pdf"),
    )


def mandate(case):
    return Mandate.objects.create(
        case=case,
        stage="sign_off",
        tx="t",
        number="WT-1",
        agent="欧大勇",
        agent_id_number=build.id_number(date(1990, 5, 6), 7),
        agent_adult_on=date(2008, 5, 6),
        relation="侄子",
        reason="务工",
        valid_from=date(2020, 10, 1),
        valid_until=date(2020, 12, 31),
        form="书面",
        file=stored(case.village_id, b"%PDF- mandate", "委托书.pdf"),
    )


def correction(world, case):
    return Correction.objects.create(
        case=case,
        number="GZ-1",
        kind="clerical",
        stage="sign_off",
        changed="[]",
        old_sha256="0" * 64,
        new_sha256="1" * 64,
        reason="笔误",
        entered_by=world.cadre(),
        entered_on=world.day,
        tx="t",
    )


def objection(world, case):
    return Objection.objects.create(
        region_id=case.village_id,
        number="YY-1",
        kind=ObjectionKind.OBJECTION,
        case_key=case.pk,
        household_id=case.household_id,
        programme=world.programme,
        received_on=world.day,
        due_on=world.day,
        channel=Channel.choices[0][0],
        text="不实",
    )


def test_mandates_corrections_and_replies_are_papers_of_the_case(world, case):
    other = world.cases(world.batch(size=1)).get()
    made = [
        paper(case, PaperKind.ACCEPTANCE_FORM, ("case", case.pk)),
        paper(case, PaperKind.MANDATE, ("mandate", mandate(case).pk)),
        paper(case, PaperKind.CORRECTION_SHEET, ("correction", correction(world, case).pk)),
        paper(case, PaperKind.APPEAL_REPLY, ("objection", objection(world, case).pk)),
    ]
    theirs = paper(other, PaperKind.MANDATE, ("mandate", mandate(other).pk))
    scope = Scope.of(world.cadre())
    assert set(queries.papers_of_case(scope, case)) == set(made)
    assert queries.papers_of_cases(scope, [case.pk, other.pk])[other.pk] == [theirs]
    assert set(queries.papers_of_cases(scope, [case.pk, other.pk])[case.pk]) == set(made)
    assert not queries.papers_of_case(Scope.of(world.cadre(world.villages[1])), case).exists()


def test_every_part_is_told_signed_missing_or_to_come(as_, world, case):
    page = as_(world.cadre()).get(reverse("case", args=[case.pk]))
    told = {(one.stage.key, one.slot.value): one.kept.value for one in page.context["parts"]}
    assert told["appraisal", "village_secretary"] == "signed"
    assert told["sign_off", "household"] == told["sign_off", "helper"] == "missing"
    assert told["township_check", "township_leader"] == "ahead"
    assert page.context["lacking"] == 2
    assert "缺 2 处" in text(page)


def test_files_are_hashed_only_when_somebody_asks(as_, world, case, monkeypatch):
    asked = []
    whole = files.whole
    monkeypatch.setattr(files, "whole", lambda file: asked.append(file.pk) or whole(file))
    client = as_(world.cadre())
    assert "全部与存入时一致" not in text(client.get(reverse("case", args=[case.pk])))
    assert asked == []
    page = text(client.post(reverse("verify_files", args=[case.pk])))
    assert "全部与存入时一致" in page
    assert len(asked) == 1  # a page that four signed is one file


def test_a_file_that_was_changed_on_the_disk_is_found(as_, world, case):
    file = Signature.objects.filter(case=case).first().scan
    place = Path(settings.DATA) / "files" / file.path
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    page = as_(world.cadre()).post(reverse("verify_files", args=[case.pk]))
    assert page.context["damaged"] == [file.name]
    assert "1 份与存入时不一致" in text(page)
    place.unlink()
    page = as_(world.cadre()).post(reverse("verify_files", args=[case.pk]))
    assert page.context["damaged"] == [file.name]


def test_a_kept_file_is_read_by_who_sees_the_case_and_written_down(as_, world, case):
    file = Signature.objects.filter(case=case).first().scan
    url = reverse("kept_file", args=[case.pk, file.pk])
    assert as_(world.cadre()).get(url).content == b"%PDF-1.7 page"
    assert AccessLog.objects.filter(kind="file", subject_id=str(file.pk)).count() == 1
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404
    stray = stored(case.village_id)
    assert as_(world.cadre()).get(reverse("kept_file", args=[case.pk, stray.pk])).status_code == 404


def test_the_page_tells_what_the_district_decided(as_, world, case):
    giver = Giver(world)
    giver.give([case], "review")
    giver.give([case], "mark")
    giver.letters([case], world.rules.stage("filing"))
    page = text(as_(world.user(Role.DISTRICT_OFFICER)).get(reverse("case", args=[case.pk])))
    assert "批准" in page
    assert "标识已确认" in page
    assert f"告知书由{case.head_name}签收" in page


def test_a_household_with_many_files_asks_no_more(as_, world):
    batch = world.batch(size=1)
    world.bring(batch, "village_submission")
    few, many = world.cases(batch).get(), world.cases(world.batch(size=1)).get()
    Case.objects.filter(pk=many.pk).update(batch=batch, state=few.state)
    client = as_(world.cadre())

    def count(case) -> int:
        client.get(reverse("case", args=[case.pk]))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("case", args=[case.pk])).status_code == 200
        return len(asked)

    before = count(few)
    Signature.objects.bulk_create(
        Signature(
            case=few, stage="township_check", slot="township_cadre", paper="acceptance_form",
            signer=f"干部{at}", signed_on=world.day, mark="hand", tx="t",
            scan=stored(few.village_id, str(at).encode()), facts_sha256="0" * 64,
        )
        for at in range(30)
    )  # fmt: skip
    assert count(few) == before


def test_a_refusal_and_a_void_signature_are_called_so(as_, world, case):
    play.signatures.sign(
        Case.objects.filter(pk=case.pk),
        "sign_off",
        {case.pk: [play.head_signs(world, case, scan=None, refused=True)]},
        by=world.cadre(),
        done_on=world.day,
    )
    void = Signature.objects.filter(case=case, stage="appraisal").first()
    Signature.objects.filter(pk=void.pk).update(void_tx="v")
    page = as_(world.cadre()).get(reverse("case", args=[case.pk]))
    kept = [one.kept.value for one in page.context["parts"]]
    assert kept.count("refused") == 1
    assert kept.count("void") == 1


@pytest.mark.parametrize("plan", ["henan", "hebei", "shanxi", "reverification", "hetu-2018"])
def test_the_dossier_of_every_plan_can_be_read(as_, db, plan):
    world = build.world(programme=plan)
    (status, *_more) = world.rules.listing.status
    batch = world.batch(size=1, status=status)
    case = world.cases(batch).get()
    client = as_(world.cadre())
    for name, key in (("case", case.pk), ("pack_case", case.pk), ("past", batch.pk)):
        assert client.get(reverse(name, args=[key])).status_code == 200
    page = client.get(reverse("case", args=[case.pk]))
    asked = {slot for stage in world.rules.chain if stage.signers for slot in stage.signers.slots}
    assert {part.slot for part in page.context["parts"]} == asked
    assert client.get(reverse("stats")).status_code == 200
