"""What all pages share: navigation, choices of a device, the styleguide, errors in one voice."""

import re

import pytest
from django import forms
from django.urls import reverse

from exitcase.core import clock
from exitcase.core.choices import DeploymentKind, Role
from exitcase.core.models import Deployment
from exitcase.guide import Sample
from exitcase.templatetags.frame import badge, error_summary, reason
from tests.verification import build

WORDS = ("待办", "农户", "批次", "公示", "统计")
TOP = re.compile(r'<nav class="app-nav".*?</nav>', re.DOTALL)
BOTTOM = re.compile(r'<nav class="tabbar".*?</nav>', re.DOTALL)


def text(response) -> str:
    return response.content.decode()


def words(part: str) -> list[str]:
    bare = re.sub(r'<span class="count">\d+</span>', "", part)
    return [one.strip() for one in re.findall(r">([^<>]*[^\s<>][^<>]*)<", bare)]


@pytest.mark.parametrize("role", [*build.STAFF])
def test_five_words_lead_everybody(as_, world, role):
    page = text(as_(world.user(role)).get(reverse("households")))
    assert words(TOP.search(page)[0]) == list(WORDS)
    assert words(BOTTOM.search(page)[0]) == [*WORDS[:4], "我的"]
    assert page.count('aria-current="page"') == 2


def test_who_sees_no_case_is_led_nowhere(as_, world):
    page = text(as_(build.user(Role.SYSTEM_ADMIN, build.DISTRICT)).get(reverse("me")))
    assert words(TOP.search(page)[0]) == []
    assert BOTTOM.search(page) is None


def test_htmx_is_told_to_keep_nothing_and_evaluate_nothing(as_, world):
    page = text(as_(world.cadre()).get(reverse("todo")))
    told = re.search(r'<meta name="htmx-config" content="([^"]*)">', page)[1]
    for wanted in (
        "&quot;allowEval&quot;: false", "&quot;allowScriptTags&quot;: false",
        "&quot;includeIndicatorStyles&quot;: false", "&quot;historyCacheSize&quot;: 0",
    ):  # fmt: skip
        assert wanted in told


def test_a_stranger_gets_no_htmx(client, db):
    assert "htmx" not in text(client.get(reverse("login")))


def test_keys_can_be_switched_off_for_a_device(client, db):
    assert "data-keys" not in text(client.get(reverse("login")))
    client.post(reverse("keys"), {"keys": "off", "next": "/login/"})
    assert 'data-keys="off"' in text(client.get(reverse("login")))
    client.post(reverse("keys"), {"keys": "on"})
    assert "data-keys" not in text(client.get(reverse("login")))


def test_mine_says_who_i_am_and_what_the_keys_are(as_, world):
    page = text(as_(world.cadre()).get(reverse("me")))
    assert world.cadre().name in page
    assert "村干部" in page
    assert "名单中下一行、上一行" in page


# ── the styleguide ────────────────────────────────────────────────────────────────────────────


def test_the_styleguide_is_a_demos(as_, world):
    assert as_(world.cadre()).get(reverse("styleguide")).status_code == 200
    Deployment.objects.create(kind=DeploymentKind.PRODUCTION, at=clock.read())
    assert as_(world.cadre()).get(reverse("styleguide")).status_code == 404


def test_the_styleguide_shows_every_partial(as_, world):
    page = as_(world.cadre()).get(reverse("styleguide"))
    shown = {one.name for one in page.templates if one.name}
    wanted = {
        f"exitcase/_{name}.html"
        for name in (
            "field", "form", "error_summary", "task_row", "blockers", "steps", "pager", "filters",
            "bulk", "check", "done", "empty", "sheet", "progress", "tabs",
        )
    }  # fmt: skip
    assert wanted - shown == set()


# ── errors ────────────────────────────────────────────────────────────────────────────────────


def test_the_summary_says_what_the_fields_say_and_leads_there():
    form = Sample({"present": "x"})
    told = error_summary(form)
    lines = {line.href: line.words for line in told["lines"]}
    assert lines["#id_place"] == f"地点: {form.errors['place'][0]}"
    assert set(lines) == {f"#{form[name].id_for_label}" for name in form.errors}
    page = str(form)
    assert f'id="id_place_error">{form.errors["place"][0]}<' in page
    assert 'aria-describedby="id_place_helptext id_place_error"' in page


def test_an_unbound_form_has_no_summary():
    assert error_summary(Sample())["lines"] == []
    assert error_summary({"a": Sample(), "b": Sample()})["lines"] == []


def test_a_problem_of_no_field_is_said_once():
    form = Sample({})
    first = f"地点: {form.errors['place'][0]}"
    told = error_summary([form], problems=[first, "另有一事"])
    assert [line.words for line in told["lines"]].count(first) == 1
    assert told["lines"][-1].words == "另有一事"
    assert told["lines"][-1].href == ""


def test_every_field_has_its_label():
    page = str(Sample())
    for name, field in Sample().fields.items():
        assert str(field.label) in page
        assert f'name="{name}"' in page
    assert page.count("<fieldset") == 1  # of the radio buttons
    assert isinstance(Sample().fields["sure"], forms.BooleanField)


@pytest.mark.parametrize(
    ("pace", "shape"), [("done", "ok"), ("now", "now"), ("late", "late"), ("back", "back"),
                        ("todo", "todo")],
)  # fmt: skip
def test_a_state_has_shape_word_and_colour(pace, shape):
    assert f'href="#i-{shape}"' in badge(pace, "词")
    assert "词</span>" in badge(pace, "词")


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("voted_down: 到会22人,同意11票", "评议未通过: 到会22人,同意11票"),
        ("not_met: 收入下降", "条件不符: 收入下降"),
        ("户主病故", "户主病故"),
        ("其他: 见附件", "其他: 见附件"),
    ],
)
def test_the_code_of_a_reason_is_said_in_words(kept, said):
    assert reason(kept) == said


def test_words_in_a_badge_are_escaped():
    assert "<b>" not in badge("late", "<b>")
