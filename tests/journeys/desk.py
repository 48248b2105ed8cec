"""A person at a browser: pages are opened, fields are filled in, buttons are pressed. Nothing else.

What is done here works with and without JavaScript, in a window of any size.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

REFUSED = (400, 403, 404, 405, 409, 422, 500)
PATIENCE = 60_000  # ms, on a machine that does other things too


class Stuck(Exception):  # noqa: N818  # the journey ends with it
    """A page did not take what was entered; says what it said."""


class Desks:
    """One browser, one window of its own for each account; whoever comes first logs in."""

    def __init__(self, browser: Any, url: str, password: str, device: dict[str, Any]) -> None:
        self.browser, self.url, self.password, self.device = browser, url, password, device
        self.pages: dict[str, Any] = {}
        self.said: list[str] = []  # what browsers complained of

    def of(self, username: str) -> "Desk":
        if username not in self.pages:
            self.pages[username] = self._log_in(username)
        return Desk(self.pages[username], self.url)

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()

    def name_of(self, username: str) -> str:
        """As the account's own pages have it."""
        return str(
            self.of(username).page.locator("details.menu summary b").first.inner_text().split()[-1]
        )

    def _log_in(self, username: str) -> Any:
        context = self.browser.new_context(locale="zh-CN", **self.device)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda one: self.said.append(one.text) if one.type == "error" else None)
        desk = Desk(page, self.url)
        desk.go("/login/")
        form = desk.form("username")
        form.put("username", username)
        form.put("password", self.password)
        form.send()
        if "/login/" in page.url:
            raise Stuck(f"{username}: {desk.words()}")
        return page


class Desk:
    """The one window of an account."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url

    def go(self, path: str) -> "Desk":
        answer = self.page.goto(self.url + path)
        if answer.status in REFUSED:
            raise Stuck(f"{path}: {answer.status} {self.words()}")
        return self

    def form(self, holds: str, within: str = "body") -> "Sheet":
        """The form that holds a field of this name."""
        forms = self.page.locator(within).first.locator("form")
        found = forms.filter(has=self.page.locator(f'[name="{holds}"]'))
        if not found.count():
            raise Stuck(f"{self.page.url}: no field {holds}: {self.words()}")
        return Sheet(self, found.first)

    def form_to(self, path: str) -> "Sheet":
        """The form that goes to an address ending so."""
        found = self.page.locator(f'form[action$="{path}"]')
        if not found.count():
            raise Stuck(f"{self.page.url}: no form to {path}: {self.words()}")
        return Sheet(self, found.first)

    def shows(self, what: str, words: str) -> bool:
        return bool(self.page.locator(what).filter(has_text=words).count())

    def press(self, words: str) -> None:
        """The first button of these words."""
        with self.answered():
            self.page.locator("button").filter(has_text=words).first.click()

    def words(self) -> str:
        return " ".join(self.page.inner_text("main, body").split())[:1500]

    @contextmanager
    def answered(self) -> Iterator[None]:
        """What is pressed is taken, and leads to a page; the outbox sends without leaving first."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            with self.page.expect_response(_is_post) as waited:
                yield
            answer = waited.value
            if answer.status in REFUSED:
                self.page.wait_for_timeout(500)  # until what it said is shown
                raise Stuck(f"{answer.url}: {answer.status} {self.words()}")


def _is_post(answer: Any) -> bool:
    return bool(answer.request.method == "POST")


class Sheet:
    """One form of a page."""

    def __init__(self, desk: Desk, form: Any) -> None:
        self.desk, self.form = desk, form

    def has(self, name: str) -> bool:
        return bool(self.form.locator(f'[name="{name}"]').count())

    def put(self, name: str, value: Any) -> None:
        """Fill in a field of any kind; folded parts are opened first."""
        fields = self.form.locator(f'[name="{name}"]')
        if not fields.count():
            raise Stuck(f"{self.desk.page.url}: no field {name}: {self.desk.words()}")
        field = fields.first
        kind = (field.get_attribute("type") or "").lower()
        if kind == "hidden":
            return  # nothing a person could change
        self._unfold(field)
        tag = field.evaluate("one => one.tagName")
        if kind == "file":
            field.set_input_files(value)
        elif kind == "radio":
            self.form.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif tag == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))

    def choose(self, name: str, nth: int) -> None:
        """The nth of what a list offers."""
        self.form.locator(f'[name="{name}"]').select_option(index=nth)

    def choose_by(self, name: str, words: str) -> None:
        """The first of what a list offers that has these words in it."""
        options = self.form.locator(f'[name="{name}"] option').all_inner_texts()
        self.choose(name, next(at for at, one in enumerate(options) if words in one))

    def tick(self, name: str, values: Any) -> None:
        """Of many boxes of one name just these."""
        wanted = {str(one) for one in values}
        for box in self.form.locator(f'input[type=checkbox][name="{name}"]').all():
            box.set_checked(box.get_attribute("value") in wanted)

    def tick_named(self, name: str, labels: Any) -> None:
        """Of many boxes of one name those whose words hold one of these."""
        for box in self.form.locator(f'input[type=checkbox][name="{name}"]').all():
            words = box.evaluate("one => one.labels[0].innerText")
            box.set_checked(any(one in words for one in labels))

    def names(self) -> list[str]:
        """The names of its fields, in their order, each once."""
        found = self.form.locator("[name]").evaluate_all("all => all.map(one => one.name)")
        return list(dict.fromkeys(found))

    def send(self, named: str = "") -> None:
        """Press the form's button; of several the one so named."""
        button = self.form.locator(f"button{named or ':not([type=button])'}").last
        if not button.count():
            raise Stuck(f"{self.desk.page.url}: no button {named}: {self.desk.words()}")
        self._unfold(button)
        with self.desk.answered():
            button.click()

    def _unfold(self, field: Any) -> None:
        for fold in field.locator("xpath=ancestor::details[not(@open)]").all():
            fold.locator("summary").first.click()


def picture(title: str, *, width: int = 96, height: int = 64) -> dict[str, Any]:
    """A file to choose: a picture of its own scene, so that no two are alike."""
    seed = sha256(title.encode()).digest()
    rows = b"".join(
        b"\0" + bytes(
            part
            for x in range(width)
            for part in (
                seed[(x // 12 + y // 8 * 8) % 32],
                seed[(x // 16 + 7 + y // 8) % 32],
                (x * 2 + seed[y // 4 % 32]) % 256,
            )
        )
        for y in range(height)
    )  # fmt: skip
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    data += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return {"name": title.replace("/", "_"), "mimeType": "image/png", "buffer": data}
