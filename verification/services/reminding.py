"""催办: a word to whoever has a batch in hand, once a working day, kept in the journal."""

from django.utils.translation import gettext as _

from exitcase.core import clock, journal
from exitcase.core.choices import CLOSED, Act
from exitcase.core.errors import Refused
from exitcase.core.holidays import rest_day
from exitcase.core.models import User
from exitcase.core.services.door import door
from verification.models import Batch, Reminder
from verification.services.locks import lock


def remind(batch: Batch, stage: str, *, by: User) -> Reminder:
    """Ask for the batch to leave `stage`, the one it was seen at.

    Of today, since a word is said when it is said. Raises OutOfScope, NotAllowed; Refused for a
    batch that has left the stage, on a day of rest, and where somebody has reminded today.
    """
    rules, today = batch.rules, clock.today()
    level = rules.level_of(rules.stage(stage))
    with door(by, Act.REMIND, level, [batch.village_id], rules=rules, done_on=today):
        (locked,) = lock(Batch.objects.filter(pk=batch.pk))
        if locked.stage != stage or stage == CLOSED:
            raise Refused(_("本批次已离开这个环节,不必催办"))
        if rest_day(today):
            raise Refused(_("今天是休息日,请在工作日催办"), value=today.isoformat())
        if Reminder.objects.filter(batch=locked, stage=stage, day=today).exists():
            raise Refused(_("今天已催办过,每个工作日一次"))
        made = Reminder.objects.create(
            batch=locked, stage=stage, day=today, by=by, tx=journal.current().tx
        )
        journal.record(Act.REMIND, locked, "", "", stage=stage)
        return made
