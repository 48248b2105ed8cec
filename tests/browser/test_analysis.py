"""分析 in a real browser: drawn when looked at, under the strict policy; whole without a script."""

from datetime import date

import pytest
from django.test import override_settings
from django.urls import reverse

from exitcase.core.choices import Reason
from tests.browser.conftest import PASSWORD, fill_in
from tests.browser.test_every_template import AXE, CHECK, RULES
from tests.verification import build
from verification.models import Case
from verification.services import ending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TABLES = 8
DRAWN = 7  # the middles of the regions are a table alone
LIBRARY = "vendor/echarts"
DRAWING = "document.querySelector('[data-draws]')"
CHART = f"echarts.getInstanceByDom({DRAWING})"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def world(transactional_db):
    """Three villages at different stages, some days apart, and one household that was refused."""
    made = build.world(villages=3)
    made.on(date(2020, 10, 9))
    made.bring(made.batch(size=4), "sign_off")
    made.on(date(2020, 10, 14))
    second = made.batch(made.villages[1], 5)
    made.on(date(2020, 10, 16))
    made.bring(second, "appraisal")
    ending.refuse(
        Case.objects.filter(pk=made.cases(second)[0].pk),
        reason=Reason.VOTED_DOWN,
        note="未过半数",
        by=made.cadre(made.villages[1]),
        done_on=made.day,
    )
    made.batch(made.villages[2], 2)
    return made


def address(live_server) -> str:
    return f"{live_server.url}{reverse('analysis')}?region={build.TOWNSHIP}"


def asked_for(page) -> list[str]:
    """What the page fetches from now on."""
    found = []
    page.on("request", lambda request: found.append(request.url))
    return found


def look_at_all(page):
    """Down the page, drawing after drawing."""
    for at in range(DRAWN):
        page.locator("[data-draws]").nth(at).scroll_into_view_if_needed()
        page.wait_for_selector(f"[data-draws] >> nth={at} >> svg")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (320, 640)])
def test_every_drawing_comes_when_it_is_looked_at(world, enter, live_server, width, height):
    page = enter(world.officer())
    page.set_viewport_size({"width": width, "height": height})
    fetched = asked_for(page)
    page.goto(address(live_server))
    page.wait_for_selector("[data-draws] svg")
    assert page.locator("[data-draws] svg").count() < DRAWN
    look_at_all(page)
    assert [url for url in fetched if LIBRARY in url] == [
        f"{live_server.url}/static/vendor/echarts-6.1.0/echarts.js"
    ]
    page.evaluate(f"{CHART}.dispatchAction({{type: 'showTip', seriesIndex: 0, dataIndex: 2}})")
    consent = world.rules.stage("sign_off").title
    page.wait_for_selector(f"[data-draws] >> nth=0 >> svg text:text-is('{consent}') >> nth=1")
    assert page.locator("[data-draws] svg pattern").count() > 0
    assert page.evaluate(SIDEWAYS) <= 0
    page.set_viewport_size({"width": width, "height": 6000})
    page.evaluate(AXE)
    assert page.evaluate(CHECK, RULES) == []
    assert page.said == []


def test_a_drawing_has_the_figures_of_its_table(world, enter, live_server):
    page = enter(world.officer())
    page.goto(address(live_server))
    look_at_all(page)
    drawn = page.evaluate(f"{CHART}.getOption().series.map(one => [one.name, one.data])")
    assert drawn == [["第1村", [0, 0, 4]], ["第2村", [0, 4, 0]], ["第3村", [2, 0, 0]]]
    stages = page.evaluate(f"{CHART}.getOption().yAxis[0].data")
    wanted = ("collection", "appraisal", "sign_off")
    assert stages == [world.rules.stage(key).title for key in wanted]


@pytest.mark.parametrize("line", [{"saveData": True}, {"effectiveType": "2g"}])
def test_who_saves_data_is_asked_first(world, enter, live_server, line):
    page = enter(world.officer())
    page.add_init_script(
        f"Object.defineProperty(navigator, 'connection', {{value: {line}}})".replace("True", "true")
    )
    fetched = asked_for(page)
    page.goto(address(live_server), wait_until="networkidle")
    assert page.locator("[data-draws]:visible").count() == 0
    assert [url for url in fetched if LIBRARY in url] == []
    page.click("#charts button")
    page.wait_for_selector("[data-draws] svg")
    assert page.locator("#charts:visible").count() == 0


def test_a_library_that_does_not_come_leaves_the_tables_and_a_button(world, enter, live_server):
    page = enter(world.officer())
    page.route("**/echarts.js", lambda route: route.abort())
    page.goto(address(live_server))
    page.wait_for_selector("#charts [data-say=lost]")
    assert page.locator("[data-draws]:visible").count() == 0
    assert page.locator("main table:visible").count() == TABLES
    page.unroute("**/echarts.js")
    page.click("#charts button")
    page.wait_for_selector("[data-draws] svg")


@pytest.mark.parametrize("width", [1366, 390])
def test_without_a_script_the_tables_are_there(world, browser, live_server, width):
    user = world.officer()
    user.set_password(PASSWORD)
    user.save()
    with override_settings(ALLOWED_HOSTS=["*"]):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        fill_in(page, live_server, user)
        page.goto(address(live_server))
        assert page.locator("main table:visible").count() == TABLES
        assert page.locator("[data-draws]:visible, #charts:visible").count() == 0
        context.close()
