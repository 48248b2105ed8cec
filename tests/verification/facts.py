"""Everything the gates of a stage ask, written straight into the tables.

For tests of gates and machines, which must not rest on the services that write facts. Each giver
leaves every gate of its stage open; a test then takes one fact away, or makes it worse.
"""

from datetime import UTC, date, datetime, timedelta

from exitcase.core.choices import Fact, PaperKind, Post, StageKind
from exitcase.core.models import StoredFile
from exitcase.core.rules import Rules, Stage
from publicity.models import Notice, NoticeItem
from tests.verification.build import SEQUENCE, World, stored_file
from verification.models import (
    Assessment,
    Attendance,
    Batch,
    Case,
    ComparisonItem,
    ComparisonRun,
    Decision,
    DecisionItem,
    Delivery,
    Draw,
    DrawItem,
    Hit,
    Inspection,
    Meeting,
    Original,
    Rectification,
    Signature,
    StageRecord,
    Submission,
    SubmissionItem,
    SystemMark,
    Vote,
)

TX = "t" * 32


def serial(prefix: str) -> str:
    return f"{prefix}-{next(SEQUENCE)}"


class Giver:
    """Gives the facts of one stage to some cases; `day` is the day on every paper."""

    def __init__(self, world: World, rules: Rules | None = None, day: date | None = None) -> None:
        self.world, self.rules = world, rules or world.rules
        self.day = day or world.day
        self.makers = {
            StageKind.COLLECT: (self.survey,),
            StageKind.MEETING: (self.vote, self.slots),
            StageKind.CONSENT: (self.household, self.slots),
            StageKind.NOTICE: (self.notice,),
            StageKind.SUBMIT: (self.submission,),
            StageKind.CHECK: (self.visit, self.assess, self.slots),
            StageKind.COMPARE: (self.answers,),
            StageKind.DECIDE: (self.decision,),
            StageKind.MARK: (self.mark,),
            StageKind.DRAW_CHECK: (self.frame,),
            StageKind.ANNOUNCE: (self.announcement,),
            StageKind.FILE: (self.letters, self.originals),
        }

    def give(self, cases, key: str) -> None:
        rows = list(cases)
        stage = self.rules.stage(key)
        for maker in self.makers[stage.kind] if rows else ():
            maker(rows, stage)
        for batch in {case.batch for case in rows} if stage.delivery else ():
            self.convey(batch, stage)

    def convey(self, batch: Batch, stage: Stage) -> None:
        """The papers that go from organ to organ at the stage."""
        kept, how = {"batch": batch, "stage": stage.key}, {"done_on": self.day, "tx": TX}
        for row in stage.delivery:
            StageRecord.objects.get_or_create(**kept, key=row.paper, defaults=how)

    def file(self, case: Case) -> StoredFile:
        return stored_file(case.village_id)

    def base(self, case: Case, stage: Stage) -> dict:
        return {"case": case, "stage": stage.key, "tx": TX}

    def resting(self, case: Case, stage: Stage) -> dict:
        return {**self.base(case, stage), "facts_sha256": case.facts_sha256}

    # ── village ──

    def survey(self, cases, stage: Stage) -> None:
        for case in cases:
            self.visit_of(case, stage)

    def vote(
        self, cases, stage: Stage, *, expected=10, present=10, yes=10, minutes=True
    ) -> Meeting:
        meeting = Meeting.objects.create(
            village_id=cases[0].village_id,
            programme=cases[0].batch.programme,
            stage=stage.key,
            number=serial("M"),
            held_on=self.day,
            place="会议室",
            chair="甲",
            recorder="乙",
            expected=expected,
            present=present,
            minutes=self.file(cases[0]) if minutes else None,
            tx=TX,
        )
        Attendance.objects.create(
            meeting=meeting, name="甲", post=Post.VILLAGE_REP, present=True, signed=True
        )
        Vote.objects.bulk_create(
            Vote(**self.base(case, stage), meeting=meeting, yes=yes) for case in cases
        )
        return meeting

    def slots(self, cases, stage: Stage) -> None:
        for case in cases:
            for slot in stage.signers.slots if stage.signers else ():
                if slot != Post.HOUSEHOLD:
                    self.sign(case, stage, slot)

    def household(self, cases, stage: Stage) -> None:
        for case in cases:
            self.sign(
                case,
                stage,
                Post.HOUSEHOLD,
                signer=case.head_name,
                capacity="head",
                adult_on=date(1988, 3, 15),
            )

    def sign(self, case: Case, stage: Stage, slot: Post, **more) -> Signature:
        values = {
            "signer": "甲",
            "signed_on": self.day,
            "mark": "hand",
            "paper": PaperKind.ACCEPTANCE_FORM,
            **more,
        }
        if "scan" not in values:
            values["scan"] = self.file(case)
        return Signature.objects.create(**self.resting(case, stage), slot=slot, **values)

    def notice(self, cases, stage: Stage, **more) -> Notice:
        hung = datetime(self.day.year, self.day.month, self.day.day, 0, tzinfo=UTC)
        values = {
            "kind": "notice",
            "state": "closed",
            "days": stage.term.days if stage.term else None,
            "starts_at": hung,
            "closes_at": hung + timedelta(minutes=30),
            **more,
        }
        notice = Notice.objects.create(
            region_id=cases[0].village_id,
            programme=cases[0].batch.programme,
            stage=stage.key,
            organ="村民委员会",
            title="公示",
            payload={},
            payload_sha256="0" * 64,
            households=len(cases),
            persons=sum(case.persons for case in cases),
            drafted_by=self.world.cadre(),
            **values,
        )
        NoticeItem.objects.bulk_create(
            NoticeItem(
                notice=notice,
                stage=stage.key,
                tx=TX,
                case_key=case.pk,
                household_id=case.household_id,
                seq=seq,
                group=case.group,
                head_name=case.head_name,
                persons=case.persons,
                facts_sha256=case.facts_sha256,
            )
            for seq, case in enumerate(cases, start=1)
        )
        return notice

    # ── upwards ──

    def submission(self, cases, stage: Stage, **more) -> Submission:
        made = Submission.objects.create(
            region_id=cases[0].village_id,
            programme=cases[0].batch.programme,
            stage=stage.key,
            sender=stage.actor,
            receiver=stage.handover.to,
            number=next(SEQUENCE),
            sent_by=self.world.cadre(),
            **{
                "sent_on": self.day,
                "received_on": self.day,
                "received_by": self.world.officer(),
                "households": len(cases),
                "persons": 0,
                "total_households": len(cases),
                "total_persons": 0,
                "list_sha256": "0" * 64,
                **more,
            },
        )
        SubmissionItem.objects.bulk_create(
            SubmissionItem(
                **self.resting(case, stage),
                submission=made,
                seq=seq,
                household_number=case.household.number,
                group=case.group,
                head_name=case.head_name,
                persons=case.persons,
                net_fen=case.net_fen,
            )
            for seq, case in enumerate(cases, start=1)
        )
        return made

    def visit(self, cases, stage: Stage) -> None:
        for case in cases:
            self.visit_of(case, stage)

    def visit_of(self, case: Case, stage: Stage, **more) -> Inspection:
        least = stage.visitors.least if stage.visitors else 1
        values = {"mode": "home", "done_on": self.day, "finding": "met", "visitors": least, **more}
        return Inspection.objects.create(**self.resting(case, stage), **values)

    def assess(self, cases, stage: Stage) -> None:
        Assessment.objects.bulk_create(
            Assessment(
                case=case,
                region_id=case.village_id,
                stage=stage.key,
                indicator=key,
                met=True,
                tx=TX,
            )
            for case in cases
            for key in self.rules.indicator_keys
        )

    def answers(self, cases, stage: Stage) -> None:
        for bureau in stage.bureaux.organs:
            run = ComparisonRun.objects.create(
                region_id=cases[0].district,
                programme=cases[0].batch.programme,
                stage=stage.key,
                bureau=bureau,
                number=serial("R"),
                asked_on=self.day,
                answered_on=self.day,
            )
            ComparisonItem.objects.bulk_create(
                ComparisonItem(**self.base(case, stage), run=run, bureau=bureau) for case in cases
            )

    def hit(self, case: Case, **more) -> Hit:
        run = ComparisonRun.objects.create(
            region_id=case.district,
            programme=case.batch.programme,
            stage="comparison",
            bureau="housing",
            number=serial("R"),
            asked_on=self.day,
        )
        return Hit.objects.create(
            case=case,
            run=run,
            stage="comparison",
            number="1",
            fact=Fact.CAR,
            detail="车",
            raised_on=self.day,
            raised_by=self.world.officer(),
            due_on=self.day,
            **more,
        )

    def decision(self, cases, stage: Stage, *, approved: bool | None = True, **more) -> Decision:
        by, other = self.world.officer(), self.world.officer(1)
        values = {
            "number": serial("批"),
            "decided_on": self.day,
            "scan": self.file(cases[0]),
            "confirmed_by": other,
            **more,
        }
        made = Decision.objects.create(
            region_id=cases[0].district,
            programme=cases[0].batch.programme,
            stage=stage.key,
            organ=stage.act.organ,
            request_number=serial("请"),
            proposed_on=self.day,
            entered_by=by,
            **values,
        )
        DecisionItem.objects.bulk_create(
            DecisionItem(
                **self.resting(case, stage),
                decision=made,
                seq=seq,
                head_name=case.head_name,
                persons=case.persons,
                approved=approved,
            )
            for seq, case in enumerate(cases, start=1)
        )
        return made

    def mark(self, cases, stage: Stage, **more) -> None:
        values = {"marked_on": self.day, "confirmed": True, **more}
        SystemMark.objects.bulk_create(
            SystemMark(**self.base(case, stage), **values) for case in cases
        )

    def frame(self, cases, stage: Stage, *, drawn: bool = False, closed: bool = True) -> Draw:
        draw = Draw.objects.create(
            region_id=cases[0].district,
            programme=cases[0].batch.programme,
            stage=stage.key,
            number=next(SEQUENCE),
            frame_sha256=serial("f"),
            frozen_on=self.day,
            frozen_by=self.world.officer(),
            algorithm="test",
            result_closed_on=self.day if closed else None,
        )
        DrawItem.objects.bulk_create(
            DrawItem(
                **self.base(case, stage),
                draw=draw,
                stratum="other_village",
                persons=case.persons,
                drawn=drawn,
            )
            for case in cases
        )
        return draw

    def rectification(self, case: Case, **more) -> Rectification:
        values = {
            "origin": "city_check",
            "raised_at": "city_check",
            "before": "approval",
            "passed": None,
            **more,
        }
        return Rectification.objects.create(
            region_id=case.village_id,
            case=case,
            programme=case.batch.programme,
            number=serial("ZG"),
            problem="问题",
            owner="甲",
            raised_on=self.day,
            due_on=self.day,
            tx=TX,
            **values,
        )

    def announcement(self, cases, stage: Stage, **more) -> Notice:
        return self.notice(
            cases, stage, **{"kind": "announcement", "state": "hanging", "closes_at": None, **more}
        )

    def letters(self, cases, stage: Stage) -> None:
        for batch in {case.batch for case in cases}:
            for case in batch.cases.all():
                how = {"stage": stage.key, "delivered_on": self.day, "tx": TX}
                Delivery.objects.get_or_create(
                    case=case,
                    paper_kind=PaperKind.EXIT_LETTER,
                    defaults={**how, "receiver": case.head_name},
                )

    def originals(self, cases, stage: Stage) -> None:
        for batch in {case.batch for case in cases}:
            for kind in stage.archive.originals:
                Original.objects.create(
                    batch=batch,
                    stage=stage.key,
                    paper_kind=kind,
                    number=serial("BA"),
                    filed_on=self.day,
                    file=self.file(batch.cases.all()[0]),
                    tx=TX,
                )
