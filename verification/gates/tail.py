"""What is asked of a batch whose cases are granted already: the same as of cases before."""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import End, StageKind
from exitcase.core.gates import Ask, Gate, Passes
from verification.gates.base import OPEN, gate
from verification.models import Case


def granted_done(to_pass: Mapping[StageKind, Sequence[Gate]]) -> Gate:
    """The batch's gate: whatever a case is asked at a kind, its granted cases answer in the tail.

    An ended case moves no more, so its gates cannot hold it: they hold its batch (DESIGN 5).
    """

    @gate(_("有 %(n)d 个批次还有已退出的户没有办完本环节"), of="batch")
    def granted_done(ask: Ask) -> Passes:
        return done_by_granted(to_pass[ask.stage.kind], ask)

    return granted_done


def done_by_granted(gates: Sequence[Gate], ask: Ask) -> Passes:
    """In the tail every granted case of the batch passes these gates; before it nobody is asked."""
    asked = [one for one in gates if one.applies(ask)]
    if not asked or ask.stage not in ask.rules.tail:
        return OPEN
    granted = Case.objects.filter(batch=OuterRef("pk"), state=End.GRANTED)
    done = Case.objects.filter(*(one.passes(ask) for one in asked), pk=OuterRef("pk"))
    return ~Exists(granted.filter(~Exists(done)))
