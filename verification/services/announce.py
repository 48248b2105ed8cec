"""公告 of what was decided, where the plan wants it; and every end's letter, handed over."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import ENDS, Act, End, Level, PaperKind, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import Entry as Row
from exitcase.core.models import StoredFile, User
from exitcase.core.rules import Stage
from exitcase.core.rules_checks import LETTERS
from exitcase.core.words import chinese
from publicity import services as publicity
from publicity.choices import NoticeKind
from publicity.models import Notice
from publicity.services import PlaceSpec
from verification.models import Case, Delivery
from verification.services.district import enter
from verification.services.entry import entry, names, refuse_long
from verification.services.notices import as_read, item_of, places_of

KINDS = (StageKind.ANNOUNCE,)
DELIVERED = "delivered"


def announce(
    cases: QuerySet[Case],
    stage: str,
    *,
    region: str,
    by: User,
    done_on: date,
    releaser: User | None = None,
    places: Sequence[PlaceSpec] | None = None,
    reason: str = "",
) -> Notice:
    """Draft the announcement of these cases, for another person to release.

    With a `releaser`, who is another and has said so, it goes out at once. Without `places`, the
    places of the plan, as the villages' records name them. Who hangs it, and where, is
    publicity's. Raises Refused for a case not at the stage.
    """
    at = entry(cases, stage, Act.ANNOUNCE, KINDS, by=by, done_on=done_on, reason=reason)
    with at as here:
        villages = sorted({case.village_id for case in here.cases})
        drafted = publicity.draft_notice(
            [item_of(case) for case in as_read(here.cases)],
            stage=stage,
            programme=here.programme,
            region=region,
            organ=here.rules.organ(here.stage.actor).title,
            title=_title(here.stage, here.rules.title),
            kind=NoticeKind.ANNOUNCEMENT,
            places=places or places_of(here.stage, villages, here.rules.year),
            by=by,
            done_on=done_on,
        )
        journal.record_set(Act.ANNOUNCE, here.rows(), stage=stage, became="drafted")
    if releaser is None:
        return drafted
    return publicity.release_notice(drafted, by=releaser, done_on=done_on)


def deliver(
    cases: QuerySet[Case],
    stage: str,
    kind: PaperKind,
    *,
    by: User,
    done_on: date,
    receiver: str = "",
    file: StoredFile | None = None,
    reason: str = "",
) -> int:
    """Write down that households were handed the letter of their end; gives how many.

    `receiver` signed for it: the head of the household, unless named. Raises Refused for a case
    that has not ended so, a second delivery, and a day before the end.
    """
    if not cases.exists():
        return 0
    with enter(cases, Act.DELIVER, Level.VILLAGE, by=by, done_on=done_on, reason=reason) as running:
        chosen = Case.objects.filter(pk__in=list(cases.values_list("pk", flat=True)))
        _refuse_other_end(chosen, kind)
        _refuse_again(chosen, kind)
        _refuse_early(chosen, done_on)
        refuse_long([Delivery(receiver=receiver)])
        scan = {"file": Value(file.pk)} if file else {}
        count = journal.insert_select(
            Delivery,
            chosen.order_by("pk"),
            case=F("pk"),
            stage=Value(stage),
            paper_kind=Value(kind),
            delivered_on=Value(done_on),
            receiver=Value(receiver) if receiver else F("head_name"),
            tx=Value(running.tx),
            **scan,
        )
        journal.record_set(Act.DELIVER, chosen, stage=stage, was=kind, became=DELIVERED)
        return count


def _title(stage: Stage, plan: str) -> str:
    return f"{plan}{stage.title}"


def _refuse_other_end(cases: QuerySet[Case], kind: PaperKind) -> None:
    end = next((end for end, letter in LETTERS.items() if letter == kind), None)
    if end is None:
        raise Refused(_("这不是告知书"), value=kind, rule="、".join(LETTERS.values()))
    other = list(cases.exclude(state=end)[:20])
    if other:
        raise Refused(
            _("有户的办理结果与告知书不符"),
            place=names(other),
            value="、".join(sorted({_end(case) for case in other})),
            rule=_("结果须为:%s") % chinese(end),
        )


def _end(case: Case) -> str:
    return chinese(End(case.state)) if case.state in ENDS else _("在办")


def _refuse_again(cases: QuerySet[Case], kind: PaperKind) -> None:
    given = Delivery.objects.filter(case__in=cases.values("pk"), paper_kind=kind)
    again = list(Case.objects.filter(pk__in=given.values("case"))[:20])
    if again:
        raise Refused(_("有户已送达过这种告知书"), place=names(again))


def _refuse_early(cases: QuerySet[Case], done_on: date) -> None:
    """The journal knows the day of the end."""
    keys = [str(pk) for pk in cases.values_list("pk", flat=True)]
    ended = Row.objects.filter(subject="case", subject_id__in=keys, became__in=ENDS)
    late = ended.filter(done_on__gt=done_on.isoformat()).order_by("-done_on").first()
    if late:
        raise Refused(
            _("送达日期早于办理结果"),
            value=done_on.isoformat(),
            rule=_("不早于 %s") % late.done_on,
        )
