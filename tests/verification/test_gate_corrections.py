"""What holds a case whose facts were corrected, and what a confirmed 更正单 covers."""

import pytest

from exitcase.core.choices import Act, StageKind
from exitcase.core.gates import Ask
from tests.verification.bench import Bench
from tests.verification.facts import TX
from verification.gates import BOOK
from verification.models import Case, Correction, FactStep, Signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench():
    return Bench()


def corrected(bench, **more) -> Correction:
    values = {
        "number": f"GZD-{Correction.objects.count()}",
        "kind": "clerical",
        "stage": "sign_off",
        "changed": "[]",
        "old_sha256": "0" * 64,
        "new_sha256": bench.case.facts_sha256,
        "reason": "误录",
        "entered_by": bench.world.cadre(),
        "entered_on": bench.day,
        "tx": TX,
    }
    return Correction.objects.create(case=bench.case, **{**values, **more})


def confirmed(bench) -> dict[str, object]:
    by, scan = bench.world.officer(), bench.world.file()
    return {"confirmed_by": by, "confirmed_on": bench.day, "scan": scan}


def test_an_unconfirmed_correction_holds_the_case_and_a_rejected_one_until_the_next(bench):
    bench.before("mark")
    corrected(bench)
    said = {"correction_confirmed": "有 1 户的更正单尚未由第二人确认"}
    assert bench.shut() == said
    Correction.objects.update(void_tx=TX)
    assert bench.shut() == said
    corrected(bench, **confirmed(bench))
    assert bench.shut() == {}
    corrected(bench)
    assert bench.shut() == said


@pytest.mark.parametrize(
    ("old", "new", "shut"),
    [("0", "", False), ("1", "", True), ("0", "2", True), ("", "0", True)],
)
def test_a_step_covers_from_these_facts_to_those_of_the_case(bench, old, new, shut):
    bench.before("sign_off")
    now = bench.case.facts_sha256
    Signature.objects.update(facts_sha256="0" * 64)
    paper = corrected(bench, **confirmed(bench))
    assert set(bench.shut()) == {"facts_unchanged"}
    step = {"old": old * 64 or now, "new": new * 64 or now}
    FactStep.objects.create(case=bench.case, correction=paper, **step)
    assert bench.shut().keys() == ({"facts_unchanged"} if shut else set())


def test_a_step_of_another_case_covers_nothing(bench):
    bench.before("sign_off")
    other = bench.world.batch(size=1).cases.get()
    Signature.objects.update(facts_sha256="0" * 64)
    row = {"kind": "clerical", "stage": "sign_off", "changed": "[]", "reason": "误录"}
    made = Correction.objects.create(
        case=other, number="GZD-other", old_sha256="0" * 64, new_sha256="1" * 64,
        entered_by=bench.world.cadre(), entered_on=bench.day, tx=TX, **row,
    )  # fmt: skip
    signed = Case.objects.exclude(pk=other.pk).get()
    FactStep.objects.create(case=other, correction=made, old="0" * 64, new=signed.facts_sha256)
    ask = Ask(bench.rules, bench.rules.stage("sign_off"))
    shut = BOOK[Act.PASS, StageKind.CONSENT].shut(Case.objects.filter(pk=signed.pk), ask)
    assert shut == {"facts_unchanged": [signed.pk]}
