"""A batch of a past day, read from the journal, is what the tables held at that day's end."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db.models import Count, Sum
from django.urls import reverse

from exitcase.core.choices import Ground, Reason, Role
from tests.verification import build, play
from tests.verification.services.correcting_desk import newborn
from verification.documents.past import batch_on
from verification.models import Batch, Case
from verification.services import correcting, correction, ending


def text(response) -> str:
    return response.content.decode()


@dataclass
class Diary:
    """What the tables held at the end of each day, counted by the database itself."""

    world: build.World
    stages: dict[tuple[date, int], str] = field(default_factory=dict)
    states: dict[tuple[date, int], dict[int, str]] = field(default_factory=dict)
    sums: dict[tuple[date, int], dict[str, tuple[int, int]]] = field(default_factory=dict)

    def write(self, days: int = 1) -> None:
        """Note the day, and begin the next."""
        day = self.world.day
        for batch in Batch.objects.all():
            rows = Case.objects.filter(batch=batch)
            self.stages[day, batch.pk] = batch.stage
            self.states[day, batch.pk] = dict(rows.values_list("pk", "state"))
            counted = rows.values("state").annotate(n=Count("pk"), p=Sum("persons"))
            self.sums[day, batch.pk] = {one["state"]: (one["n"], one["p"]) for one in counted}
        self.world.later(days)


@pytest.fixture
def diary(world) -> Diary:
    """A fortnight of two batches: passed, split, merged, corrected, refused, sent back."""
    made = Diary(world)
    batch = world.batch(size=5)
    made.write()
    other = world.batch(size=2)
    made.write()
    play.bring(world, batch, "appraisal")
    made.write()
    one = list(world.cases(batch).order_by("pk"))
    aside = correction.split_off(
        Case.objects.filter(pk=one[0].pk), reason="户主外出", by=world.cadre(), done_on=world.day
    )
    play.bring(world, other, "appraisal")
    made.write()
    correction.merge(aside, into=other, reason="同在评议", by=world.cadre(), done_on=world.day)
    made.write()
    entered = correcting.enter(
        Case.objects.get(pk=one[1].pk),
        correcting.register.Changes(joins=[newborn(batch.village_id)]),
        reason="新生儿落户",
        by=world.cadre(),
        done_on=world.day,
    )
    made.write()
    correcting.reject(entered, reason="手续不全", by=world.officer(), done_on=world.day)
    ending.refuse(
        Case.objects.filter(pk=one[2].pk),
        reason=Reason.VOTED_DOWN,
        note="23 人到会,11 人同意",
        by=world.cadre(),
        done_on=world.day - timedelta(days=3),
    )
    made.write(2)
    play.bring(world, other, "sign_off")
    made.write()
    correction.send_back(
        Case.objects.filter(pk=world.cases(other).first().pk),
        "appraisal",
        ground=Ground.PROCEDURE,
        reason="会议人数不足",
        by=world.officer(),
        done_on=world.day,
    )
    made.write()
    return made


def test_every_day_of_every_batch_is_told_as_it_was(diary):
    days = sorted({day for day, _batch in diary.stages})
    known = set(diary.stages)
    for batch in Batch.objects.all():
        for day in days:
            then = batch_on(batch, day)
            if (day, batch.pk) not in known:
                assert (then.stage, then.rows) == ("", [])
                continue
            assert then.stage == diary.stages[day, batch.pk]
            states = {row.case.pk: row.state for row in then.rows}
            assert states == diary.states[day, batch.pk], (day, batch)
            sums = {state: (n, p) for state, n, p in then.counts}
            assert sums == diary.sums[day, batch.pk], (day, batch)
    assert {len(rows) for rows in diary.states.values()} >= {1, 2, 3, 4, 5}
    assert len({tuple(sorted(sums.items())) for sums in diary.sums.values()}) > 6


def test_between_two_days_nothing_changes(diary, world):
    batch = Batch.objects.order_by("pk").first()
    quiet = sorted({day for day, _batch in diary.stages})[-3] + timedelta(days=1)
    assert quiet not in {day for day, _batch in diary.stages}
    then, before = batch_on(batch, quiet), batch_on(batch, quiet - timedelta(days=1))
    assert then.counts == before.counts
    assert batch_on(batch, world.day - timedelta(days=365)).stage == ""


def test_what_was_entered_late_is_not_known_before(diary, world):
    batch = Batch.objects.order_by("pk").first()
    refused = Case.objects.get(state="refused")
    day = max(day for (day, pk), states in diary.states.items()
              if pk == batch.pk and states.get(refused.pk) != "refused")  # fmt: skip
    then = batch_on(batch, day)
    assert next(row.state for row in then.rows if row.case.pk == refused.pk) == "collection"
    assert then.late >= 1


def test_the_page_tells_a_past_day(as_, diary, world):
    batch = Batch.objects.order_by("pk").first()
    first = min(day for day, _batch in diary.stages)
    client = as_(world.cadre())
    assert reverse("past", args=[batch.pk]) in text(client.get(reverse("batch", args=[batch.pk])))
    page = client.get(reverse("past", args=[batch.pk]), {"on": first.isoformat()})
    assert page.status_code == 200
    assert {row.case.pk for row in page.context["rows"]} == set(diary.states[first, batch.pk])
    assert "已列入名单" in text(page)
    assert "后来转出" in text(page)
    later = client.get(reverse("past", args=[Batch.objects.last().pk]), {"on": first.isoformat()})
    assert "本批次尚未列出" in text(later)


@pytest.mark.parametrize(("said", "word"), [("2030-01-01", "不能晚于今天"), ("昨天", "有效的日期")])
def test_a_day_that_is_none_is_said(as_, world, said, word):
    batch = world.batch(size=1)
    page = as_(world.cadre()).get(reverse("past", args=[batch.pk]), {"on": said})
    assert page.status_code == 422
    assert word in text(page)
    assert said in text(page)


def test_who_sees_a_share_sees_it_of_the_past_too(as_, world):
    batch = world.batch(size=3)
    case = world.cases(batch).first()
    helper = world.user(Role.HELPER)
    type(case.household).objects.filter(pk=case.household_id).update(helper=helper)
    page = as_(helper).get(reverse("past", args=[batch.pk]))
    assert [row.case.pk for row in page.context["rows"]] == [case.pk]
    assert page.context["then"].households == 3
