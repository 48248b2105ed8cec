"""疑问: what is asked, what honestly is not, once only, and who may answer."""

from datetime import date, time, timedelta
from random import Random

import pytest
from django.conf import settings
from django.core.management import call_command

from exitcase.core import files
from exitcase.core.choices import Act, FileKind, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Entry, Job, JobUnit
from exitcase.core.rules_words import Warn
from publicity.models import Posting, PostingPhoto
from tests.verification import build, drawn
from tests.verification.facts import Giver
from tests.verification.forge import FIRST, HELD, SIGNED, Forge
from verification import tasks
from verification.models import Inspection, Question, QuestionRow, Signature
from verification.services.questions import answering
from verification.services.questions.asking import FINDERS, ask_district
from verification.services.questions.found import Figures
from verification.services.questions.jobs import ASK, search_inline

Kind = Question.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = build.world(villages=2)
    made.on(date(2020, 12, 1))
    return made


@pytest.fixture
def forge(world):
    return Forge(world, seed=1)


def search() -> dict[str, int]:
    return search_inline(build.DISTRICT).result


def cases(forge, size, village=0):
    return forge._cases(forge.world.villages[village], size)


def asked(kind) -> list[set[tuple[str, int]]]:
    found = Question.objects.filter(kind=kind).order_by("pk")
    return [set(one.rows.values_list("subject", "subject_id")) for one in found]


# ── photos ──


def test_one_photo_of_two_homes_is_asked_about(forge):
    one, other, third = cases(forge, 3)
    shot = drawn.photo(1)
    first = forge.visit(one, FIRST, "a", photo=shot)
    second = forge.visit(other, FIRST, "b", photo=drawn.copied(shot, Random(1)))
    forge.visit(third, FIRST, "c", photo=drawn.photo(1, second=Random(3)))
    assert search() == {Kind.SAME_PHOTO: 1}
    assert asked(Kind.SAME_PHOTO) == [{("inspection", first.pk), ("inspection", second.pk)}]
    assert Question.objects.get().region_id == build.DISTRICT


def test_a_visit_entered_anew_with_its_photo_is_no_second_use(forge):
    (case,) = cases(forge, 1)
    first = forge.visit(case, FIRST, "a", photo=drawn.photo(1))
    Inspection.objects.filter(pk=first.pk).update(void_tx="x")
    first.assessments.update(void_tx="x")
    forge.visit(case, FIRST, "a", photo=drawn.photo(1))
    assert search() == {}


def test_a_scanned_sheet_may_speak_of_many_visits_of_one_act(world, forge):
    visits = [forge.visit(case, FIRST, f"p{case.pk}") for case in cases(forge, 3)]
    Inspection.objects.filter(pk__in=[one.pk for one in visits]).update(file=world.file())
    assert search() == {}
    Inspection.objects.filter(pk=visits[0].pk).update(tx="another act")
    assert search() == {Kind.SAME_PHOTO: 1}


def test_the_photo_of_the_first_day_is_not_that_of_the_last(world, forge):
    notice = Giver(world).notice(cases(forge, 1), world.rules.stage("village_notice"))
    place = Posting.objects.filter(notice=notice).first() or Posting.objects.create(
        notice=notice, place="village_board", place_name="村部门口", region_id=world.villages[0]
    )
    PostingPhoto.objects.filter(posting=place).delete()
    shot = drawn.board(5)
    for moment, data in (("start", shot), ("end", drawn.copied(shot, Random(2)))):
        file = files.put(
            data, name="公示.jpg", mime="image/jpeg", kind=FileKind.PHOTO,
            region=world.villages[0], private=True, by="test",
        )  # fmt: skip
        at = notice.starts_at
        PostingPhoto.objects.create(
            posting=place, moment=moment, taken_at=at, recorded_at=at, file=file
        )
    assert search() == {Kind.SAME_PHOTO: 1}
    assert {subject for (rows,) in [asked(Kind.SAME_PHOTO)] for subject, _ in rows} == {
        "postingphoto"
    }


def test_what_is_no_picture_is_looked_at_once_and_asked_by_its_bytes(forge):
    for case in cases(forge, 2):
        forge.visit(case, FIRST, f"p{case.pk}", photo=b"\xff\xd8 no picture")
    assert search() == {Kind.SAME_PHOTO: 1}
    search()
    assert JobUnit.objects.count() == 1  # the second run found nothing new to look at


# ── strokes ──


def test_a_pasted_signature_is_asked_about_and_one_written_again_is_not(forge):
    one, other, third = cases(forge, 3)
    line = drawn.signature(1, Random(1))
    first = forge.sign(one, SIGNED, line)
    second = forge.sign(other, SIGNED, drawn.copied(line, Random(2)))
    forge.sign(third, SIGNED, drawn.signature(1, Random(9)))
    assert search() == {Kind.SAME_STROKES: 1}
    assert asked(Kind.SAME_STROKES) == [{("signature", first.pk), ("signature", second.pk)}]


def test_one_page_holds_the_signatures_of_its_household_and_of_its_act(world, forge):
    homes, (page, again) = cases(forge, 2), (world.file(), world.file())
    type(page).objects.filter(pk=again.pk).update(sha256=page.sha256)
    for slot in ("helper", "household"):
        signed = [forge.sign(case, SIGNED).pk for case in homes]
        Signature.objects.filter(pk__in=signed).update(scan=page, slot=slot)
    assert search() == {}
    # The same page, uploaded once more for another household: that household never signed it.
    (third,) = cases(forge, 1, village=1)
    pasted = forge.sign(third, SIGNED)
    Signature.objects.filter(pk=pasted.pk).update(scan=again, tx="another act")
    assert search() == {Kind.SAME_STROKES: 1}


# ── visits ──


def test_one_pair_in_two_villages_at_once_is_one_question(forge):
    (here, later), (there, next_day) = cases(forge, 2), cases(forge, 2, village=1)
    hours = ((here, time(9, 0)), (there, time(9, 15)))
    rows = {("inspection", forge.visit(case, FIRST, "a", hour=at).pk) for case, at in hours}
    forge.visit(later, FIRST, "a", hour=time(10, 0))
    forge.visit(next_day, FIRST + timedelta(days=1), "a", hour=time(9, 0))
    assert search() == {Kind.VILLAGES_A_DAY: 1}
    assert asked(Kind.VILLAGES_A_DAY) == [rows]
    assert Question.objects.get().about == "a乙、a甲 2020-11-02"


@pytest.mark.parametrize(
    "change", [{"mode": "video"}, {"finding": "not_met_home"}, {"void_tx": "x"}]
)
def test_who_was_not_there_was_not_in_two_villages(forge, change):
    (here,), (there,) = cases(forge, 1), cases(forge, 1, village=1)
    forge.visit(here, FIRST, "a", hour=time(9))
    away = forge.visit(there, FIRST, "a", hour=time(9))
    Inspection.objects.filter(pk=away.pk).update(**change)
    assert search() == {}


@pytest.mark.parametrize("hours", [(None, None), (None, time(9)), (time(9), time(9, 29))])
def test_two_villages_on_a_day_are_a_days_work(forge, hours):
    for village, hour in enumerate(hours):
        forge.visit(cases(forge, 1, village)[0], FIRST, "a", hour=hour)
    assert search() == {}


def test_without_hours_so_many_villages_a_day_and_no_more():
    world = build.world(villages=4)
    forge = Forge(world, seed=1)
    most = Figures.of(build.DISTRICT).most(Warn.VILLAGES_A_DAY)
    assert most == 3
    for village in range(most):
        forge.visit(cases(forge, 1, village)[0], FIRST, "a")
    assert search() == {}
    forge.visit(cases(forge, 1, most)[0], FIRST, "a")
    assert search() == {Kind.VILLAGES_A_DAY: 1}


def test_so_many_homes_a_day_and_no_more(world, forge):
    most = Figures.of(build.DISTRICT).most(Warn.HOMES_A_DAY)
    homes = cases(forge, most + 1)
    for case in homes[:most]:
        forge.visit(case, FIRST, "a")
    assert search() == {}
    forge.visit(homes[most], FIRST, "a")
    assert search() == {Kind.HOMES_A_DAY: 1}


# ── texts ──


def test_one_text_for_more_households_than_the_figure(forge):
    most = Figures.of(build.DISTRICT).most(Warn.SAME_TEXT)
    text = "住房安全有保障饮水安全有保障符合退出条件"
    homes = cases(forge, most + 1)
    for nth, case in enumerate(homes[:most]):
        forge.visit(case, FIRST, f"p{nth}", note=f"{text[:6]},{text[6:]}" if nth % 2 else text)
    assert search() == {}
    forge.visit(homes[most], FIRST, "last", note=text)
    assert search() == {Kind.SAME_TEXT: 1}
    assert len(asked(Kind.SAME_TEXT)[0]) == most + 1


def test_short_words_are_everybodys(forge):
    for nth, case in enumerate(cases(forge, 15)):
        forge.visit(case, FIRST, f"p{nth}", note="与村认定一致")
    assert search() == {}


# ── days ──


def test_signed_before_the_meeting_is_asked_about(forge):
    early, honest = cases(forge, 2)
    forge._votes([early, honest])
    paper = forge.sign(early, HELD - timedelta(days=1))
    forge.sign(honest, HELD)
    assert search() == {Kind.BEFORE_BASIS: 1}
    held = forge.meetings[early.village_id]
    assert asked(Kind.BEFORE_BASIS) == [{("signature", paper.pk), ("meeting", held.pk)}]
    assert Question.objects.get().about == "2020-10-11 < 2020-10-12"


def test_a_township_visit_before_the_village_notice_was_over(world, forge):
    giver, stage = Giver(world), world.rules.stage("village_notice")
    (case,) = cases(forge, 1)
    notice = giver.notice([case], stage)
    visit = forge.visit(case, world.day - timedelta(days=9), "a")
    assert search() == {Kind.BEFORE_BASIS: 1}
    assert asked(Kind.BEFORE_BASIS) == [{("inspection", visit.pk), ("notice", notice.pk)}]


def test_an_honest_list_played_by_the_services_raises_nothing(world):
    batch = world.batch(size=3)
    world.bring(batch, "township_notice")
    assert Signature.objects.exists()
    assert search() == {}


# ── asked once ──


def test_a_plan_that_does_not_ask_is_not_asked(forge, monkeypatch):
    forge.visit(cases(forge, 1)[0], FIRST, "a", photo=drawn.photo(1))
    forge.visit(cases(forge, 1, village=1)[0], FIRST, "a", photo=drawn.photo(1))
    silent = Figures.of(build.DISTRICT)
    monkeypatch.setattr(Figures, "row", lambda _self, _key: None)
    assert [found for find in FINDERS for found in find(build.DISTRICT, silent)] == []
    assert ask_district("999999") == {}


def test_asked_once_answered_or_not_and_again_for_new_rows(world, forge):
    one, other, third = cases(forge, 3)
    shot = drawn.photo(1)
    forge.visit(one, FIRST, "a", photo=shot)
    forge.visit(other, FIRST, "b", photo=shot)
    assert search() == {Kind.SAME_PHOTO: 1}
    blocks = Entry.objects.count()
    assert search() == {}
    assert Entry.objects.count() == blocks

    forge.visit(third, FIRST, "c", photo=shot)  # while it is open it grows
    assert search() == {Kind.SAME_PHOTO: 1}
    assert [len(rows) for rows in asked(Kind.SAME_PHOTO)] == [3]

    question = Question.objects.get()
    answering.answer(question, text="照片误传", by=officer(world), done_on=world.day)
    assert search() == {}
    (fourth,) = cases(forge, 1)
    forge.visit(fourth, FIRST, "d", photo=shot)
    assert search() == {Kind.SAME_PHOTO: 1}
    assert [len(rows) for rows in asked(Kind.SAME_PHOTO)] == [3, 4]
    told = Entry.objects.filter(subject="question").order_by("pk")
    assert [(one.act, one.was, one.became) for one in told] == [
        (Act.ASK_QUESTION, "", "asked"),
        (Act.ASK_QUESTION, "asked", "grown"),
        (Act.ANSWER_QUESTION, "asked", "answered"),
        (Act.ASK_QUESTION, "", "asked"),
    ]


# ── answers ──


def officer(world, n: int = 0):
    return world.user(Role.DISTRICT_OFFICER, n=n)


@pytest.fixture
def question(forge):
    for village in (0, 1):
        forge.visit(cases(forge, 1, village)[0], FIRST, "a", hour=time(9))
    search()
    return Question.objects.get()


def test_an_answer_is_written_down_with_its_giver_and_stays(world, question):
    by = officer(world)
    said = answering.answer(question, text="两村相邻,步行可达", by=by, done_on=world.day)
    assert (said.answer, said.answered_by) == ("两村相邻,步行可达", by)
    assert said.answered_at is not None
    entry = Entry.objects.get(act=Act.ANSWER_QUESTION)
    assert (entry.subject_id, entry.actor, entry.chain) == (
        str(question.pk), by.name, build.DISTRICT
    )  # fmt: skip
    assert entry.commitment
    with pytest.raises(Refused, match="已有答复"):
        answering.answer(question, text="再答", by=by, done_on=world.day)
    question.refresh_from_db()
    assert question.answer == "两村相邻,步行可达"


@pytest.mark.parametrize(("text", "why"), [("  ", "请填写"), ("字" * 301, "答复太长")])
def test_no_answer_and_too_long_a_one_are_refused(world, question, text, why):
    with pytest.raises(Refused, match=why):
        answering.answer(question, text=text, by=officer(world), done_on=world.day)


def test_who_may_not_answer(world, question):
    tell = {"text": "无异常", "done_on": world.day}
    with pytest.raises(OutOfScope):
        answering.answer(question, by=world.cadre(), **tell)
    with pytest.raises(NotAllowed):
        answering.answer(question, by=world.user(Role.DISTRICT_INSPECTOR), **tell)
    went = officer(world)
    Inspection.objects.first().visitor_rows.filter(name="a甲").update(user=went)
    with pytest.raises(NotAllowed):
        answering.answer(question, by=went, **tell)
    assert Question.objects.get().answered_at is None
    answering.answer(question, by=officer(world, 1), **tell)


def test_who_entered_the_row_or_brought_the_photo_may_not_answer(world, forge, question):
    tell = {"text": "无异常", "done_on": world.day}
    entered = officer(world)
    Inspection.objects.update(tx="e" * 32)
    entry = Entry.objects.filter(act=Act.ASK_QUESTION).values().first() | {"id": None}
    Entry.objects.create(**entry | {"tx": "e" * 32, "actor": entered.name, "act": Act.INSPECT})
    with pytest.raises(NotAllowed):
        answering.answer(question, by=entered, **tell)
    other = officer(world, 1)
    file = forge.file(question.rows.first().case, drawn.photo(1))
    type(file).objects.filter(pk=file.pk).update(uploaded_by=other.name)
    Inspection.objects.update(file=file)
    with pytest.raises(NotAllowed):
        answering.answer(question, by=other, **tell)


# ── the job ──


def test_the_command_and_the_timetable_search_alike(world, question, capsys):
    QuestionRow.objects.all().delete()
    Question.objects.all().delete()
    call_command("ask_questions")
    assert capsys.readouterr().out == "430412: villages_a_day 1\n"
    call_command("ask_questions", build.DISTRICT)
    assert capsys.readouterr().out == "430412: 0\n"
    assert tasks.ask_questions.name in {
        row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()
    }


def test_the_nightly_task_enqueues_one_job_a_district(
    world, question, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr("exitcase.core.jobs.ring", rung.append)
    Job.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ask_questions()
    job = Job.objects.get()
    assert (job.kind, job.region_id, rung) == (ASK, build.DISTRICT, [job.pk])
