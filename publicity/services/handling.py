"""经办人 of an objection or appeal: whose task it is to bring the answer about."""

from datetime import date

from django.utils.translation import gettext as _

from exitcase.core import access, journal
from exitcase.core.choices import Act, Level
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.scope import Scope
from exitcase.core.services.door import door
from publicity.choices import ObjectionKind
from publicity.models import Objection
from publicity.queries import answering_level
from publicity.services.desk import lock_case


def assign_handler(
    objection: Objection, handler: User | None, *, by: User, done_on: date, reason: str = ""
) -> Objection:
    """Make an open objection somebody's task, or nobody's; any other of its level may still answer.

    Raises OutOfScope, NotAllowed; Refused for an answered one, for who may not answer there, and
    for taking it off somebody without a reason.
    """
    rules = objection.programme.rules
    level = answering_level(rules, ObjectionKind(objection.kind))
    codes = [objection.region_id]
    with door(by, Act.ASSIGN, level, codes, rules=rules, done_on=done_on, reason=reason):
        lock_case(objection.case_key)
        kept = Objection.objects.select_related("handler", "item").get(pk=objection.pk)
        if not kept.open:
            raise Refused(_("该异议已办结"), place=kept.number)
        if handler is None and not reason.strip():
            raise Refused(_("请写明原因"), example=_("工作调动"))
        if handler:
            refuse_handler(handler, level, kept)
        give(kept, handler)
        return kept


def refuse_handler(handler: User, level: Level, objection: Objection) -> None:
    """Refused for who may not answer this objection today."""
    if not access.may(Scope.of(handler), Act.ANSWER_OBJECTION, level, objection.region_id):
        raise Refused(
            _("该账号当日不能答复这件异议"),
            place=objection.number,
            value=handler.name,
            rule=_("指派给有权答复的人"),
        )


def give(objection: Objection, handler: User | None) -> None:
    """Write who has it; inside a running act."""
    was = objection.handler.name if objection.handler else ""
    objection.handler = handler
    objection.save(update_fields=["handler"])
    stage = objection.item.stage if objection.item else ""
    journal.record(Act.ASSIGN, objection, was, handler.name if handler else "", stage=stage)
