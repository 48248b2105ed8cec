"""公文 of the district: 请示, 审批件 or 批准文件, 公告; with the public list behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count as Number
from django.db.models import QuerySet, Sum

from exitcase.core import clock
from exitcase.core.choices import DIGITS, End, Level, PaperKind, Reason, StageKind
from exitcase.core.papers.sheets import ActSheet, Count, PublicRow, Ungranted
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_papers import DECISIONS, SENT, has_request, is_poster, printed_as
from exitcase.core.words import chinese
from publicity.documents import steps_before
from publicity.models import Notice, NoticeItem
from publicity.payload import NoticePayload, neutral_marks
from verification.documents.common import Places, label, places_of, title
from verification.documents.letters import steps
from verification.models import Case, Decision, DecisionItem


@dataclass(frozen=True, slots=True)
class _Words:
    """How a decision speaks: its heading, what it does, the title of its list, what it answers."""

    heading: str
    verb: str
    attachment: str
    addressee: str
    reference: str


def request_sheet(decision: Decision) -> ActSheet:
    """请示: the office puts the cases up, and says who has fallen out before."""
    rules = decision.programme.rules
    decree = rules.stage(decision.stage).need("act")
    proposer = rules.organ(decree.proposer or rules.stage(decision.stage).actor).title
    items = _items(decision)
    places = places_of({item.case.village_id for item in items})
    return ActSheet(
        kind=PaperKind.REQUEST,
        label=label(rules, PaperKind.REQUEST),
        organ=proposer,
        year=rules.year,
        masthead=f"{proposer}文件",
        document_number=decision.request_number,
        title=(proposer, f"关于{of_year(rules)}贫困户退出的请示"),
        addressee=rules.organ(decision.organ).title,
        basis=rules.title,
        steps=steps_before(rules, decision.stage),
        scope=scope_of(places, items),
        granted=count_of(items),
        ungranted=_fallen(items),
        verb=decree.name,
        attachment=f"{of_year(rules)}拟退出贫困户名单",
        sealer=proposer,
        on=decision.proposed_on,
        rows=rows_of(items, places),
    )


def decision_sheet(decision: Decision) -> ActSheet:
    """审批件, 批准文件: what the organ said; blank number and day until it has."""
    rules, stage = decision.programme.rules, decision.programme.rules.stage(decision.stage)
    organ = rules.organ(decision.organ).title
    kind = printed_as(DECISIONS, stage)
    words = _words(decision, stage, kind)
    items = _items(decision)
    granted = [item for item in items if item.approved is not False]
    refused = [item for item in items if item.approved is False]
    places = places_of({item.case.village_id for item in items})
    return ActSheet(
        kind=kind,
        label=label(rules, kind),
        organ=organ,
        year=rules.year,
        masthead=f"{organ}文件",
        document_number=decision.number,
        title=(organ, words.heading),
        addressee=words.addressee,
        basis=rules.title,
        steps=steps_before(rules, decision.stage),
        scope=scope_of(places, items),
        granted=count_of(granted),
        ungranted=_refused(refused),
        verb=words.verb,
        reference=words.reference,
        attachment=words.attachment,
        sealer=organ,
        on=decision.decided_on,
        rows=rows_of(granted, places, renumber=True),
    )


def _words(decision: Decision, stage: Stage, kind: PaperKind) -> _Words:
    """A 批复 answers who sent the list up; a 审批件 or 批准文件 the office that put it up."""
    rules, act = decision.programme.rules, stage.need("act")
    if has_request(stage):
        asker, asked = rules.organ(act.proposer).title, "请示"
    else:
        asker, asked = _sent_up(rules, stage, kind)
    about, number = f"关于{of_year(rules)}贫困户退出的", decision.request_number
    if kind == PaperKind.REPLY:
        name = f"{of_year(rules)}贫困户退出名单"
        return _Words(f"{about}批复", "退出", name, asker, f"{asked}（{number}）")
    return _Words(
        heading=f"{about}{act.name}件",
        verb=f"{act.name}退出",
        attachment=f"{of_year(rules)}贫困户{act.name}名单",
        addressee=asker,
        reference=f"{asker}{asked}（{number}）",
    )


def _sent_up(rules: Rules, stage: Stage, kind: PaperKind) -> tuple[str, str]:
    """Who sent the list that is decided on, and with which paper; ("", …) of a list of one's own.

    The plan may name whom the decision goes to.
    """
    done = rules.chain[: rules.keys.index(stage.key)]
    sent = [one for one in done if one.kind == StageKind.SUBMIT]
    told = [row.receiver for one in rules.chain for row in one.delivery if row.paper == kind]
    asker = (told or [one.actor for one in sent[-1:]] or [""])[0]
    papers = [title(rules, printed_as(SENT, one)) for one in sent[-1:]]
    return rules.organ(asker).title if asker else "", f"《{papers[0]}》" if papers else "报告"


def announcement_sheet(notice: Notice) -> ActSheet:
    """公告: the released payload as it hangs, and the approval it tells of."""
    rules = notice.programme.rules
    payload = NoticePayload.of(notice.payload)
    keys = list(NoticeItem.objects.filter(notice=notice).values_list("case_key", flat=True))
    villages = Case.objects.filter(pk__in=keys).order_by().values_list("village", flat=True)
    places = places_of(set(villages))
    rows = tuple(
        PublicRow(
            seq=item.seq,
            group=item.group,
            head=item.head_name,
            persons=item.persons,
            mark=item.mark,
            village=item.village,
        )
        for item in payload.items
    )
    contacts = "、".join(f"{one.office}（{one.phone}）" for one in payload.contacts)
    return ActSheet(
        kind=PaperKind.ANNOUNCEMENT,
        label=label(rules, PaperKind.ANNOUNCEMENT),
        organ=notice.organ,
        year=rules.year,
        masthead=f"{notice.organ}公告",
        document_number="",
        title=(f"关于{of_year(rules)}", "贫困户脱贫退出的公告"),
        basis=rules.title,
        steps=steps(rules),
        scope=_scope(places, set(villages)),
        granted=Count(payload.households, payload.persons),
        verb="公告",
        reference=_approval(keys),
        contacts=contacts,
        attachment=f"{of_year(rules)}贫困户脱贫名单",
        sealer=notice.organ,
        on=clock.day_of(notice.starts_at) if notice.starts_at else None,
        rows=rows,
        poster=is_poster(rules, PaperKind.ANNOUNCEMENT),
    )


def scope_of(places: Places, items: Sequence[DecisionItem]) -> str:
    """「白果镇石桥村等8个村（社区）」."""
    return _scope(places, {item.case.village_id for item in items})


def _scope(places: Places, villages: set[str]) -> str:
    if not villages:
        return ""
    first = min(villages)
    town = places.get(first[: DIGITS[Level.TOWNSHIP]], "")
    more = f"等{len(villages)}个村（社区）" if len(villages) > 1 else ""
    return f"{town}{places.get(first, '')}{more}"


def of_year(rules: Rules) -> str:
    return f"{rules.year}年度"


def _items(decision: Decision) -> list[DecisionItem]:
    """As they were put up, also those struck out since: the paper stays what it was."""
    rows = DecisionItem.objects.filter(decision=decision)
    return list(rows.select_related("case__household", "case__batch").order_by("seq"))


def count_of(items: Sequence[DecisionItem]) -> Count:
    return Count(len(items), sum(item.persons for item in items))


def rows_of(
    items: Sequence[DecisionItem], places: Places, *, renumber: bool = False
) -> tuple[PublicRow, ...]:
    place = [(item.case.village_id, item.case.group, item.head_name) for item in items]
    numbers = [item.case.household.number for item in items]
    marks = neutral_marks(list(zip(place, numbers, strict=True)))
    spans = len({village for village, *_rest in place}) > 1
    return tuple(
        PublicRow(
            seq=at if renumber else item.seq,
            group=item.case.group,
            head=item.head_name,
            persons=item.persons,
            mark=mark,
            village=places.get(item.case.village_id, "") if spans else "",
        )
        for at, (item, mark) in enumerate(zip(items, marks, strict=True), 1)
    )


def _fallen(items: Sequence[DecisionItem]) -> tuple[Ungranted, ...]:
    """The cases of the same batches that were refused before, by reason."""
    batches = {item.case.batch_id for item in items}
    return _by_reason(Case.objects.filter(batch__in=batches, state=End.REFUSED))


def _by_reason(cases: QuerySet[Case]) -> tuple[Ungranted, ...]:
    rows = cases.order_by().values("end_reason").annotate(n=Number("pk"), heads=Sum("persons"))
    return tuple(
        Ungranted(
            reason=chinese(Reason(row["end_reason"])), count=Count(row["n"], row["heads"] or 0)
        )
        for row in rows.order_by("end_reason")
    )


def _refused(items: Sequence[DecisionItem]) -> tuple[Ungranted, ...]:
    if not items:
        return ()
    return (Ungranted(reason=chinese(Reason.DISAPPROVED), count=count_of(items)),)


def _approval(keys: Sequence[int]) -> str:
    """The number of the last decision that approved these cases."""
    items = DecisionItem.valid(case__in=keys, approved=True).order_by("-pk")
    number = items.values_list("decision__number", flat=True).first()
    return str(number or "")
