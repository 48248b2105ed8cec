from verification.models.assignments import Assignment
from verification.models.batch import Batch
from verification.models.case import Case, StageCount
from verification.models.city import Draw, DrawItem, Rectification
from verification.models.corrections import Correction, FactStep
from verification.models.district import (
    ComparisonItem,
    ComparisonRun,
    Decision,
    DecisionItem,
    Delivery,
    Hit,
    Original,
    Submission,
    SubmissionItem,
    SystemMark,
)
from verification.models.findings import (
    Assessment,
    Attendance,
    Inspection,
    Mandate,
    Meeting,
    Signature,
    StageRecord,
    Visitor,
    VisitPhoto,
    Vote,
)
from verification.models.questions import Print, Question, QuestionRow
from verification.models.reminders import Reminder
from verification.models.statements import Statement

__all__ = [
    "Assessment",
    "Assignment",
    "Attendance",
    "Batch",
    "Case",
    "ComparisonItem",
    "ComparisonRun",
    "Correction",
    "Decision",
    "DecisionItem",
    "Delivery",
    "Draw",
    "DrawItem",
    "FactStep",
    "Hit",
    "Inspection",
    "Mandate",
    "Meeting",
    "Original",
    "Print",
    "Question",
    "QuestionRow",
    "Rectification",
    "Reminder",
    "Signature",
    "StageCount",
    "StageRecord",
    "Statement",
    "Submission",
    "SubmissionItem",
    "SystemMark",
    "VisitPhoto",
    "Visitor",
    "Vote",
]
