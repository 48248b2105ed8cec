"""附件2 with 附件3 goes up; somebody of the level above takes it in."""

from collections.abc import Iterator
from datetime import date, timedelta

from exitcase.core.choices import Act, Level, PaperKind
from exitcase.core.rules import Stage
from exitcase.walk.agenda import open_day
from exitcase.walk.story import Walk, WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Submission
from verification.services import submissions as work

MISTAKE = "附件2填报日期有误,撤回后重报"


def submit(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """A village sends its own list, a township one for all; both are received the next day."""
    walk = wave.walk
    while walk.empty and stage.level == Level.VILLAGE:
        zero_report(walk, stage, walk.empty.pop())
    sent = [_send_for_good(wave, stage, *one) for one in _by_region(wave, stage)]
    yield open_day(walk.today + timedelta(days=1))
    for submission in sent:
        receive(walk, stage, submission)


def _by_region(wave: WaveOfLists, stage: Stage) -> list[tuple[str, list[int]]]:
    batches = list(wave.standing(stage))
    if stage.level != Level.VILLAGE:
        return [(wave.walk.place_of(stage), [batch.pk for batch in batches])]
    groups: dict[str, list[int]] = {}
    for batch in batches:
        groups.setdefault(batch.village_id, []).append(batch.pk)
    return list(groups.items())


def _send_for_good(wave: WaveOfLists, stage: Stage, region: str, batches: list[int]) -> Submission:
    """One village sees its mistake before anybody has taken its list in, and sends it again."""
    walk, sent = wave.walk, _send(wave, stage, region, batches)
    if stage.level != Level.VILLAGE or not sent.households:
        return sent
    if not walk.fate.take(Trouble.SUBMISSION_RECALLED):
        return sent
    by = walk.actor(Act.RECALL, stage, region)
    work.recall(sent, by=by, done_on=walk.today, reason=MISTAKE)
    paper = PaperKind.SUBMISSION_FORM
    walk.fate.tell(Trouble.SUBMISSION_RECALLED, region, stage.key, Act.RECALL, paper)
    return _send(wave, stage, region, batches)


def _send(wave: WaveOfLists, stage: Stage, region: str, batches: list[int]) -> Submission:
    by = wave.walk.actor(Act.SUBMIT, stage, region)
    return work.submit(
        Batch.objects.filter(pk__in=batches),
        stage.key,
        region=region,
        sent_on=wave.walk.today,
        by=by,
    )


def receive(walk: Walk, stage: Stage, sent: Submission) -> None:
    """Somebody of the level the plan hands over to takes it in, and not who sent it."""
    level = walk.rules.organ(stage.need("handover").to).level
    able = [walk.cast.one(Act.RECEIVE, level, sent.region_id, nth) for nth in range(2)]
    by = next(one for one in able if one.pk != sent.sent_by_id)
    work.receive(sent, by=by, received_on=walk.today)


def zero_report(walk: Walk, stage: Stage, region: str) -> None:
    """零上报: a village without a household to list says so, as an act."""
    by = walk.actor(Act.SUBMIT, stage, region)
    sent = work.submit(
        Batch.objects.none(),
        stage.key,
        region=region,
        sent_on=walk.today,
        by=by,
        programme=walk.programme,
    )
    receive(walk, stage, sent)
