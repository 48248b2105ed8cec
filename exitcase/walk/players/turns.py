"""Lists that turn aside or back: split and merged, sent back whole, recalled."""

from exitcase.core.choices import Act, Ground, Level, PaperKind, StageKind
from exitcase.core.rules import Stage
from exitcase.walk.story import WaveOfLists, WrongTurn
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Case
from verification.services import correction

AWAY, HOME = "户主外出,数日后返乡签字", "已补签,并回原批次一并公示"
UNSEALED = "附件2未加盖村(居)委会公章"


def split(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    """Whose head is away leaves the batch for the time being; the others need not wait."""
    walk = wave.walk
    cases = list(wave.cases(stage).filter(batch=batch))
    away = walk.fate.those(cases, Trouble.SPLIT_AND_MERGED)
    for case in away if len(cases) > len(away) else ():
        by = walk.actor(Act.SPLIT_OFF, stage, case.village_id)
        one = Case.objects.filter(pk=case.pk)
        home = correction.split_off(one, reason=AWAY, by=by, done_on=walk.today)
        wave.batches.append(home.pk)


def merge(wave: WaveOfLists, stage: Stage) -> None:
    """It goes back where it came from, before a paper of the next stage counts either."""
    walk = wave.walk
    for case in walk.fate.those(list(wave.cases(stage)), Trouble.SPLIT_AND_MERGED):
        into = next((b for b in wave.standing(stage) if b.pk == case.batch.split_from_id), None)
        if into is None:
            continue
        by = walk.actor(Act.MERGE, stage, case.village_id)
        moved = correction.merge(case.batch, into, reason=HOME, by=by, done_on=walk.today)
        if moved != 1:
            raise WrongTurn(f"{case.batch}: 并回 {moved} 户")
        paper = stage.papers[0] if stage.papers else ""
        walk.fate.tell(Trouble.SPLIT_AND_MERGED, case.household.number, stage.key, Act.MERGE, paper)
        walk.fate.over(case)


def send_back(wave: WaveOfLists, stage: Stage) -> None:
    """The township sends one list back whole: its 附件2 has no seal; it has to be sent again."""
    walk = wave.walk
    sent = [one for one in walk.rules.chain[: walk.rules.keys.index(stage.key)] if _sends(one)]
    batches = [one for one in wave.standing(stage) if wave.cases(stage).filter(batch=one).exists()]
    if len(batches) < 2 or not sent or stage.level != Level.TOWNSHIP:  # noqa: PLR2004  # the others go on
        return
    if not walk.fate.take(Trouble.BATCH_SENT_BACK):
        return
    batch = min(batches, key=lambda one: (wave.cases(stage).filter(batch=one).count(), one.pk))
    correction.send_back_batch(
        batch,
        sent[-1].key,
        ground=Ground.PROCEDURE,
        reason=UNSEALED,
        by=walk.actor(Act.SEND_BACK, stage, batch.village_id),
        done_on=walk.today,
    )
    where, code, paper = batch.village_id, Ground.PROCEDURE, PaperKind.SUBMISSION_FORM
    walk.fate.tell(Trouble.BATCH_SENT_BACK, where, stage.key, code, paper)
    wave.batches.remove(batch.pk)
    walk.later(Batch.objects.get(pk=batch.pk))


def _sends(stage: Stage) -> bool:
    return stage.kind == StageKind.SUBMIT and stage.level == Level.VILLAGE
