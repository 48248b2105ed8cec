import importlib.util
import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exitcase.core import tickets
from exitcase.core.choices import Finding, Mode, Role
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import DAY, marked, officer, on, put, stand
from verification.documents.draw_export import export_draw
from verification.models import Case, Draw, DrawItem, Inspection, SystemMark
from verification.services.city import (
    close_result,
    confirm_external,
    confirm_result,
    freeze_frame,
    register_external,
    replace,
    seed_and_draw,
)

pytestmark = pytest.mark.django_db(transaction=True)
CHECKER = Path(__file__).parents[3] / "docs" / "how-to" / "verify_draw.py"
NEXT = DAY + timedelta(days=1)
SEED = "31415926535897932384"


@pytest.fixture
def world():
    return build.world(villages=2)


def framed(world, sizes=(15, 9), day=DAY):
    cases = stand(world, "city_check", sizes)
    on(world, day)
    marked(world, cases)
    return cases


def freeze(world, day=DAY, by=None):
    return freeze_frame(
        "city_check",
        programme=world.programme,
        region=build.DISTRICT,
        by=by or officer(world),
        done_on=on(world, day),
    )


def draw_it(world, draw, seed=SEED, by=None, day=NEXT):
    return seed_and_draw(
        draw, seed=seed, source="十面骰子", by=by or officer(world, 1), done_on=on(world, day)
    )


def visit(world, draw, day, finding=Finding.MET, keys=None):
    items = draw.items.filter(drawn=True)
    if keys is not None:
        items = items.filter(case__in=keys)
    Inspection.objects.bulk_create(
        Inspection(
            case=item.case,
            stage="city_check",
            tx="t",
            mode=Mode.HOME,
            done_on=day,
            finding=finding,
            visitors=2,
            facts_sha256=item.case.facts_sha256,
        )
        for item in items.select_related("case")
    )


def close(world, draw, by=None, day=NEXT, **more):
    given = {"number": "核查〔2020〕1号", "file": world.file(), **more}
    return close_result(draw, by=by or officer(world), done_on=on(world, day), **given)


def test_the_band_at_its_edges(world):
    """15 households → 1 (6.7 %); 9 → 1 (11.1 %) with a reason (DOMAIN 10.6)."""
    framed(world)
    draw = freeze(world)
    asked = {name: (row["households"], row["persons"]) for name, row in draw.sizes.items()}
    assert asked == {"poor_village": (15, 45), "other_village": (9, 27)}
    draw = draw_it(world, draw)
    drawn = {name: row["drawn_households"] for name, row in draw.sizes.items()}
    assert drawn == {"poor_village": 1, "other_village": 1}
    assert draw.sizes["poor_village"]["note"] == ""
    assert draw.sizes["other_village"]["note"] == (
        "本层共27人,应抽2至2人;整户抽取、每层至少一户,实抽3人,高于比例上限"
    )
    assert DrawItem.objects.filter(drawn=True).count() == 2


def test_the_frame_is_hashed_before_the_seed(world):
    cases = framed(world, (2, 1))
    draw = freeze(world)
    poor = world.villages[0]
    frame = [
        tickets.Entry(
            case.number, "poor_village" if case.village_id == poor else "other_village", 3
        )
        for case in cases
    ]
    assert draw.frame_sha256 == tickets.frame_sha256(frame)
    assert (draw.seed, draw.drawn_on, draw.number) == ("", None, 1)
    assert not DrawItem.objects.filter(drawn=True).exists()
    assert Entry.objects.get(subject="draw").became == draw.frame_sha256


def test_only_confirmed_marks_are_framed(world):
    cases = framed(world, (3, 2))
    SystemMark.objects.filter(case=cases[0]).update(confirmed=False)
    SystemMark.objects.filter(case=cases[1]).update(unmark_due=True)
    freeze(world)
    assert set(DrawItem.objects.values_list("case", flat=True)) == {c.pk for c in cases[2:]}


def test_a_later_batch_gets_its_own_frame(world):
    framed(world, (3,))
    first = freeze(world)
    with pytest.raises(Refused, match="没有选中任何户"):
        freeze(world)
    later = put(world, "city_check", [world.batch(world.villages[1], 2)])
    marked(world, later)
    second = freeze(world)
    assert (first.number, second.number, second.items.count()) == (1, 2, 2)


def test_an_unknown_stratum_stops_the_freezing(world):
    cases = framed(world, (2,))
    Case.objects.filter(pk=cases[0].pk).update(poor_village=None)
    with pytest.raises(Refused) as told:
        freeze(world)
    assert str(told.value) == (f"有户不知属于哪一层;位置:{cases[0]};要求:先登记村信息:是否贫困村")
    assert Draw.objects.count() == 0


def test_a_stage_that_visits_everyone_draws_nobody(world):
    with pytest.raises(Refused, match="该环节不抽样;填写的是:区抽查;要求:方案规定逐户核查"):
        freeze_frame(
            "district_inspection",
            programme=world.programme,
            region=build.DISTRICT,
            by=officer(world),
            done_on=on(world),
        )


@pytest.mark.parametrize(
    ("seed", "value"), [("", "0 位数字"), ("1234567890123456789", "19 位数字")]
)
def test_a_short_seed_is_refused(world, seed, value):
    framed(world, (2,))
    with pytest.raises(Refused) as told:
        draw_it(world, freeze(world), seed=seed)
    assert told.value.message == "种子位数不够"
    assert told.value.value == value


def test_the_seed_comes_later_and_from_somebody_else(world):
    framed(world, (2,))
    draw = freeze(world)
    with pytest.raises(Refused) as told:
        draw_it(world, draw, day=DAY)
    assert str(told.value) == (
        "抽样框公布时间不够,还不能抽取;填写的是:2020-11-02;"
        "要求:抽样框公布满 24 小时后掷种子;例如:2020-11-03"
    )
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        draw_it(world, draw, by=officer(world))


def test_a_frame_is_drawn_once(world):
    framed(world, (2,))
    draw = draw_it(world, freeze(world))
    with pytest.raises(Refused) as told:
        draw_it(world, draw, seed="2" * 20)
    assert str(told.value) == (
        "该抽样框已经抽取;填写的是:2020-11-03;要求:一个抽样框只抽一次,不得重抽"
    )


def run_checker(tmp_path, exported, *more):
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(exported, ensure_ascii=False), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(file), *more],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    return done.returncode, done.stdout.decode()


def test_a_stranger_repeats_the_draw(world, tmp_path):
    framed(world)
    draw = draw_it(world, freeze(world))
    taken = draw.items.filter(drawn=True, stratum="poor_village").get()
    replace(taken, reason="全家外出", by=officer(world), done_on=NEXT)
    exported = export_draw(Draw.objects.get(pk=draw.pk))
    assert run_checker(tmp_path, exported, "--published", draw.frame_sha256) == (
        0, "相符:抽样框 24 户,抽中 2 户\n",
    )  # fmt: skip


@pytest.mark.parametrize("meddle", ["seed", "frame", "sample", "published", "replacement"])
def test_a_stranger_sees_what_was_meddled_with(world, tmp_path, meddle):
    framed(world)
    draw = draw_it(world, freeze(world))
    exported, more = export_draw(draw), ()
    if meddle == "seed":
        exported["seed"] = "9" * 20
    elif meddle == "frame":
        exported["frame"][0]["persons"] += 1
    elif meddle == "sample":
        exported["sample"]["poor_village"] = [exported["frame"][-1]["key"]]
        exported["sample"]["poor_village"] += [exported["frame"][-2]["key"]]
    elif meddle == "published":
        more = ("--published", "0" * 64)
    else:
        first, *_rest = exported["sample"]["poor_village"]
        exported["replacements"] = [{"out": first, "in": first, "reason": "x"}]
    code, told = run_checker(tmp_path, exported, *more)
    assert code == 1
    assert told.startswith("不符:")


def test_the_command_prints_what_the_checker_reads(world, tmp_path):
    framed(world, (3,))
    draw = freeze(world)
    where = (build.DISTRICT, "city_check")
    with pytest.raises(CommandError, match="不能复算"):
        call_command("export_draw", *where)
    draw_it(world, draw)
    printed = StringIO()
    call_command("export_draw", *where, "1", stdout=printed)
    code, told = run_checker(tmp_path, json.loads(printed.getvalue()))
    assert (code, told) == (0, "相符:抽样框 3 户,抽中 1 户\n")
    with pytest.raises(CommandError, match="no such draw"):
        call_command("export_draw", *where, "2")


def test_the_checker_imports_nothing_of_ours():
    spec = importlib.util.spec_from_file_location("verify_draw", CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "exitcase" not in CHECKER.read_text("utf-8").split('"""')[2]
    assert module.ticket(SEED, "a") == tickets.ticket(SEED, "a")


def test_a_replacement_is_the_next_ticket_and_says_why(world):
    framed(world, (15,))
    draw = draw_it(world, freeze(world))
    taken = draw.items.get(drawn=True)
    with pytest.raises(Refused, match="请填写:更换原因"):
        replace(taken, reason=" ", by=officer(world), done_on=NEXT)
    fresh = replace(taken, reason="全家外出", by=officer(world), done_on=NEXT)
    taken.refresh_from_db()
    assert (fresh.rank, fresh.replaces, fresh.drawn) == (2, taken, True)
    assert (taken.drawn, taken.reason) == (False, "全家外出")
    with pytest.raises(Refused, match="该户没有抽中"):
        replace(taken, reason="全家外出", by=officer(world), done_on=NEXT)


def test_a_visited_case_is_not_replaced_and_the_last_has_nobody(world):
    framed(world, (1,))
    draw = draw_it(world, freeze(world))
    taken = draw.items.get(drawn=True)
    with pytest.raises(Refused, match="本层已没有可以替换的户"):
        replace(taken, reason="全家外出", by=officer(world), done_on=NEXT)
    visit(world, draw, NEXT)
    with pytest.raises(Refused, match="该户已经核查,不能更换"):
        replace(taken, reason="全家外出", by=officer(world), done_on=NEXT)


def test_nobody_is_drawn_after_the_result(world):
    """Whoever was drawn and has ended since needs no visit; in its place nobody is visited now."""
    framed(world, (3,))
    draw = draw_it(world, freeze(world))
    taken = draw.items.get(drawn=True)
    Case.objects.filter(pk=taken.case_id).update(state="refused")
    close(world, draw)
    with pytest.raises(Refused, match="核查结果已经登记"):
        replace(taken, reason="全家外出", by=officer(world), done_on=NEXT)
    assert draw.items.get(drawn=True) == taken


def test_the_result_waits_for_every_drawn_case(world):
    framed(world)
    draw = draw_it(world, freeze(world))
    first, second = draw.items.filter(drawn=True).order_by("case")
    visit(world, draw, NEXT, keys=[first.case_id])
    with pytest.raises(Refused) as told:
        close(world, draw)
    assert str(told.value) == (
        f"还有 1 户抽中而没有核查;位置:{second.case};要求:逐户核查,不能核查的按序号更换并写明原因"
    )
    visit(world, draw, NEXT, Finding.SHORT, keys=[second.case_id])
    inspector = world.user(Role.CITY_INSPECTOR)
    assert close(world, draw, by=inspector).result_closed_on == NEXT


def test_a_registered_result_counts_when_another_confirms_it(world):
    framed(world, (3,))
    draw = draw_it(world, freeze(world))
    visit(world, draw, NEXT)
    draw = close(world, draw)
    assert draw.result_closed_on is None
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        confirm_result(draw, by=officer(world), done_on=NEXT)
    assert confirm_result(draw, by=officer(world, 1), done_on=NEXT).result_closed_on == NEXT
    with pytest.raises(Refused, match="没有待确认的核查结果"):
        confirm_result(draw, by=officer(world, 1), done_on=NEXT)


def test_a_result_before_the_draw_or_without_scan_is_refused(world):
    framed(world, (3,))
    draw = freeze(world)
    with pytest.raises(Refused, match="还没有抽取,不能公布核查结果"):
        close(world, draw)
    with pytest.raises(Refused, match="缺扫描件;位置:核查结果"):
        close(world, draw, file=None)


def outside(world, numbers):
    return register_external(
        "city_check",
        programme=world.programme,
        region=build.DISTRICT,
        drawn=numbers,
        source="市领导小组 市核〔2020〕3号",
        file=world.file(),
        by=officer(world),
        done_on=on(world),
    )


def test_an_external_draw_is_entered_by_one_and_confirmed_by_another(world):
    cases = framed(world, (3,))
    draw = outside(world, [cases[1].number])
    assert (draw.external, draw.drawn_on) == (True, None)
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        confirm_external(draw, by=officer(world), done_on=DAY)
    draw = confirm_external(draw, by=officer(world, 1), done_on=DAY)
    assert draw.drawn_on == DAY
    assert draw.items.get(drawn=True).case == cases[1]
    with pytest.raises(Refused, match="非本系统抽取或尚未抽取,不能复算"):
        export_draw(draw)
    with pytest.raises(Refused, match="外部抽取的名单不能在本系统更换"):
        replace(draw.items.get(drawn=True), reason="外出", by=officer(world), done_on=DAY)


def test_an_external_list_stays_within_the_frame(world):
    framed(world, (3,))
    with pytest.raises(Refused) as told:
        outside(world, ["YS-1"])
    assert str(told.value) == (
        "抽样名单与抽样框不符;填写的是:YS-1;要求:名单上至少一户,且都在抽样框内"
    )
    assert Draw.objects.count() == 0


def test_an_external_frame_is_not_drawn_here(world):
    cases = framed(world, (3,))
    draw = outside(world, [cases[1].number])
    with pytest.raises(Refused, match="外部抽取"):
        draw_it(world, draw)
