"""How facts come in: only while the batch stands at their stage and the case has not passed it.

One way for every service that writes facts: the stage is one of the plan, scope and right, lock,
then ask where the cases stand. Between that answer and the commit nobody can move them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Model, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access
from exitcase.core.choices import Act, Level, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import Programme, User
from exitcase.core.rules import Rules, Stage
from exitcase.core.services.door import door
from verification.models import Batch, Case
from verification.services.locks import lock

NAMED = 20  # households named in one refusal


@dataclass(frozen=True, slots=True)
class Entry:
    """The locked batches, the cases asked for in order of pk, the stage and the act under way."""

    tx: str
    programme: Programme
    rules: Rules
    stage: Stage
    batches: Sequence[Batch]
    cases: Sequence[Case]

    def rows(self, keys: Collection[int] | None = None) -> QuerySet[Case]:
        """The same cases, or those of `keys`, as a queryset for journal rows."""
        wanted = [case.pk for case in self.cases] if keys is None else keys
        rows: QuerySet[Case] = Case.objects.filter(pk__in=wanted)
        return rows


@contextmanager
def entry(
    cases: QuerySet[Case],
    stage: str,
    act: Act,
    kinds: Collection[StageKind],
    *,
    by: User,
    done_on: date,
    reason: str = "",
    level: Level | None = None,
) -> Iterator[Entry]:
    """Open the way for facts about these cases at `stage`, by a right of the stage's level.

    `level`: where the plan leaves the fact to an organ of another level, that one's.

    Raises OutOfScope, NotAllowed; Refused for a stage the plan lacks or of another kind, for
    cases of two versions of a plan, and, naming the households, for cases not before this stage.
    """
    batches = Batch.objects.filter(pk__in=cases.order_by().values("batch"))
    programme = one_programme(batches)
    rules, at = programme.rules, stage_of(programme.rules, stage, kinds)
    codes = sorted(set(batches.order_by().values_list("village", flat=True)))
    asked = level or at.level
    with door(by, act, asked, codes, rules=rules, done_on=done_on, reason=reason) as running:
        locked = lock(batches)
        found = list(cases.select_related("household").order_by("pk"))
        refuse_elsewhere(locked, found, rules, at)
        access.refuse_others(by, act, asked, Case.objects.filter(pk__in=[one.pk for one in found]))
        yield Entry(running.tx, programme, rules, at, locked, found)


def one_programme(batches: QuerySet[Batch]) -> Programme:
    """The one version these batches are pinned to; Refused for none or several."""
    wanted = batches.order_by().values("programme")
    found = list(Programme.objects.filter(pk__in=wanted)[:2])
    if not found:
        raise Refused(_("没有选中任何户"), rule=_("至少一户"))
    if len(found) > 1:
        raise Refused(
            _("所选的户不在同一方案版本下"),
            value="、".join(str(one) for one in found),
            rule=_("一次只办理同一方案版本的户"),
        )
    return found[0]


def stage_of(rules: Rules, key: str, kinds: Collection[StageKind]) -> Stage:
    """The plan's stage of that key, of one of these kinds; or Refused."""
    found = next((one for one in rules.chain if one.key == key), None)
    if found is None or found.kind not in kinds:
        raise Refused(
            _("方案没有可以这样登记的环节"),
            value=found.title if found else key,
            rule="、".join(one.title for one in rules.chain if one.kind in kinds),
        )
    return found


def refuse_elsewhere(
    batches: Sequence[Batch], cases: Sequence[Case], rules: Rules, stage: Stage
) -> None:
    """Refused for batches that do not stand at `stage`, and for cases that are not before it."""
    away = [batch for batch in batches if batch.stage != stage.key]
    if away:
        raise Refused(
            _("批次不在本环节"),
            place="、".join(batch.named for batch in away[:NAMED]),
            value="、".join(sorted({title_of(rules, batch.stage) for batch in away})),
            rule=_("本项须在「%s」环节登记;已过的,退回后再登记") % stage.title,
        )
    before = rules.standing_before(stage.key)
    off = [case for case in cases if case.state != before]
    if off:
        raise Refused(
            _("有 %d 户不能在本环节登记") % len(off),
            place=names(off),
            rule=_("户案须未办结,且尚未通过「%s」;已通过的,退回后再登记") % stage.title,
        )


def title_of(rules: Rules, key: str) -> str:
    """A stage's title; of a batch that has left its last stage, that it has."""
    return next((one.title for one in rules.chain if one.key == key), _("已办结"))


def names(cases: Iterable[Case]) -> str:
    """「编号 户主」 of the first of them."""
    return "、".join([str(case) for case in cases][:NAMED])


def refuse_unknown(cases: Sequence[Case], keys: Iterable[int]) -> None:
    """A row was given for a case that is not among the cases; or a case has no row."""
    known, given = {case.pk for case in cases}, set(keys)
    if known != given:
        raise Refused(
            _("登记内容与所选的户不一致"),
            value=_("所选 %(n)d 户,登记 %(m)d 户") % {"n": len(known), "m": len(given)},
            rule=_("所选的每一户恰好一份"),
        )


def refuse_day(day: date, done_on: date, rules: Rules, place: str) -> None:
    """No paper is dated after the day it is entered for, nor before the plan's year."""
    if day > done_on or day.year < rules.year:
        raise Refused(
            _("日期不可能"),
            place=place,
            value=day.isoformat(),
            rule=_("在 %(year)d 年 1 月 1 日至办理日期 %(day)s 之间")
            % {"year": rules.year, "day": done_on.isoformat()},
            example=done_on.isoformat(),
        )


def refuse_long(rows: Sequence[Model]) -> None:
    """Texts fit their columns: SQLite would take them, PostgreSQL would fail."""
    for field in rows[0]._meta.concrete_fields if rows else ():
        if isinstance(field, CharField) and field.max_length:
            for row in rows:
                _refuse_longer(field, str(getattr(row, field.attname) or ""))


def _refuse_longer(field: "CharField[str, str]", text: str) -> None:
    if len(text) > (field.max_length or 0):
        raise Refused(
            _("文字太长"),
            place=str(field.verbose_name),
            value=_("%d 个字") % len(text),
            rule=_("不超过 %d 个字") % (field.max_length or 0),
        )
