"""The book: which gates are asked of which act at which kind of stage. Nowhere else."""

from exitcase.core.choices import Act, StageKind
from exitcase.core.gates import Gate, GateBook, GateSet
from verification.gates import upper, village
from verification.gates.holds import HOLDS
from verification.gates.tail import granted_done

# A gate reads a rule table; the same gate serves every kind that may have the table.
SIGNED = (village.household_signed, village.slots_signed, village.signed_after_meeting)

TO_PASS: dict[StageKind, tuple[Gate, ...]] = {
    StageKind.COLLECT: (village.year_recorded, village.village_recorded, village.surveyed),
    StageKind.APPLY: (),
    StageKind.MEETING: (
        village.discussed,
        village.quorate,
        village.carried,
        village.minutes_kept,
        village.minutes_signed,
        *SIGNED,
    ),
    StageKind.CONSENT: SIGNED,
    StageKind.NOTICE: (
        village.notice_hung,
        village.notice_run,
        village.notice_closed,
        village.hung_after_signing,
    ),
    StageKind.SUBMIT: (
        upper.on_the_list,
        upper.received,
        upper.scanned,
        upper.sent_after_notice,
        upper.no_bar,
    ),
    StageKind.CHECK: (
        upper.inspected,
        upper.indicators_met,
        upper.visited_after_receipt,
        *SIGNED,
    ),
    StageKind.COMPARE: (upper.bureaux_answered, upper.hits_cleared),
    StageKind.DRAW_CHECK: (upper.framed, upper.draw_closed, upper.drawn_inspected),
    StageKind.DECIDE: (
        upper.proposed,
        upper.approved,
        upper.income_above_line,
        upper.standard_met,
        upper.tests_pass,
        upper.no_bar,
        upper.decided_after_checks,
    ),
    StageKind.MARK: (upper.marked, upper.marked_after_decision),
    StageKind.ANNOUNCE: (upper.announced, upper.announced_after_decision),
    StageKind.RECTIFY: (),
    StageKind.FILE: (),
}
TO_CLOSE: tuple[Gate, ...] = (
    upper.all_passed,
    granted_done({kind: (upper.rectified, *gates) for kind, gates in TO_PASS.items()}),
    upper.records_kept,
    upper.records_noted,
    village.within_window,
)
AT_THE_END: dict[StageKind, tuple[Gate, ...]] = {
    StageKind.ANNOUNCE: (upper.conveyed,),
    StageKind.FILE: (upper.originals_filed, upper.letters_delivered),
}
# Asked at every stage, first: what holds a case wherever it stands.
ALWAYS = (*HOLDS, upper.rectified)
# A way out is always open: these ask for a reason and a right, and for nothing else.
UNGATED = (Act.SEND_BACK, Act.REFUSE, Act.WITHDRAW, Act.CEASE, Act.MERGE)

BOOK: GateBook = {
    **{(Act.PASS, kind): GateSet(*ALWAYS, *gates) for kind, gates in TO_PASS.items()},
    **{(Act.CLOSE, kind): GateSet(*TO_CLOSE, *AT_THE_END.get(kind, ())) for kind in StageKind},
    **{(act, kind): GateSet() for act in UNGATED for kind in StageKind},
}
