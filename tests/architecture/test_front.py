"""What the browser gets: two stylesheets for old browsers, nothing inline, small, and as listed."""

import gzip
import re
import shutil

import pytest

from exitcase import vendored
from tests.architecture import ours

STATIC = ours.ROOT / "static"
# In the order in which base.html links them: what parts look like, then what pages change.
SHEETS = [STATIC / "exitcase" / name for name in ("app.css", "pages.css")]
KB = 1024
# Of Chromium 86, Safari 13.1 and Firefox 78 one of them or more does not know these.
TOO_NEW = {
    "nesting": r"\{[^{}@]*\n?\s*&",
    ":has()": r":has\(",
    ":is()": r":is\(",
    ":where()": r":where\(",
    "@layer": r"@layer\b",
    "@container": r"@container\b|container-(?:type|name)\s*:",
    "@scope": r"@scope\b",
    "inset": r"(?<![\w-])inset(?:-[a-z]+)?\s*:",
    "aspect-ratio": r"(?<![\w-])aspect-ratio\s*:",
    "accent-color": r"accent-color\s*:",
    "new colours": r"\b(?:oklch|oklab|lch|lab|color-mix|light-dark|hwb)\(",
    "new units": r"\d(?:dvh|svh|lvh|dvw|cqw|cqh|lh)\b",
    "text-wrap": r"text-wrap\s*:",
}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(|:\s*(?:white|black|red|green|blue)\b")
# A paper is a page of its own for the printer, with its styles inside.
PAPERS = ours.ROOT / "templates" / "papers"
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b|\bhx-vals\s*=\s*[\"']?js:", re.IGNORECASE),
    "javascript:": re.compile(r"javascript:", re.IGNORECASE),
}


def plain(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def too_new(css: str) -> list[str]:
    return [name for name, pattern in TOO_NEW.items() if re.search(pattern, plain(css))]


def outside_tokens(css: str) -> list[str]:
    """Colours written out anywhere but in `:root`, where each has its name."""
    rest = re.sub(r":root\s*\{.*?\n\}", "", plain(css), count=1, flags=re.DOTALL)
    return COLOUR.findall(rest)


def inline(page: str) -> list[str]:
    return [name for name, pattern in INLINE.items() if pattern.search(page)]


def stylesheet() -> str:
    return "\n".join(sheet.read_text("utf-8") for sheet in SHEETS)


def pages():
    found = [path for path in ours.files(".html") if PAPERS not in path.parents]
    return [path for path in found if path.relative_to(ours.ROOT).parts[0] == "templates"]


def zipped(*paths) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def scripts():
    return list((STATIC / "exitcase").rglob("*.js"))


def test_the_stylesheet_keeps_to_the_floor():
    assert too_new(stylesheet()) == []


def test_colours_have_names():
    assert outside_tokens(stylesheet()) == []


def test_every_token_that_is_used_is_there():
    css = plain(stylesheet())
    assert (
        set(re.findall(r"var\((--[\w-]+)\)", css)) - set(re.findall(r"(--[\w-]+)\s*:", css))
        == set()
    )


def test_there_are_no_stylesheets_but_these():
    found = [path for path in STATIC.rglob("*.css") if vendored.SERVED not in path.parents]
    assert sorted(found) == sorted(SHEETS)
    base = (ours.ROOT / "templates" / "base.html").read_text("utf-8")
    assert re.findall(r"exitcase/([a-z]+\.css)", base) == [sheet.name for sheet in SHEETS]


def test_no_page_has_style_or_script_inside():
    assert len(pages()) > 30
    found = {ours.name(path): inline(path.read_text("utf-8")) for path in pages()}
    assert {name: what for name, what in found.items() if what} == {}


def test_style_scripts_and_htmx_keep_to_their_size():
    assert zipped(*SHEETS) <= 15 * KB
    assert scripts()
    assert zipped(*scripts()) <= 15 * KB
    assert zipped(STATIC / "vendor/htmx-2.0.11/htmx.min.js") <= 17 * KB


def test_what_draws_charts_is_as_large_as_its_button_says():
    """Fetched by 分析 alone, when somebody looks at a drawing there."""
    library = STATIC / "vendor/echarts-6.1.0/echarts.js"
    assert 180 * KB <= zipped(library) <= 210 * KB
    page = (ours.ROOT / "templates" / "verification" / "analysis.html").read_text("utf-8")
    assert "(约 200 KB)" in page
    using = {ours.name(one) for one in pages() if "vendor/echarts" in one.read_text("utf-8")}
    assert using == {"templates/verification/analysis.html"}
    assert f"<script src=\"{{% static '{library.relative_to(STATIC)}'" not in page


@pytest.mark.parametrize("root", [vendored.SERVED, ours.ROOT / "tests" / "vendor"])
def test_vendored_files_are_as_listed(root):
    assert vendored.packages(root)
    assert vendored.changed(root) == []


def test_a_changed_a_missing_and_a_strange_file_are_named(tmp_path):
    shutil.copytree(vendored.SERVED, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / "htmx-2.0.11"
    (folder / "htmx.min.js").write_text("other")
    (folder / "LICENSE").unlink()
    (tmp_path / "strange.js").write_text("")
    assert vendored.changed(tmp_path) == [
        "htmx-2.0.11/LICENSE",
        "htmx-2.0.11/htmx.min.js",
        "strange.js",
    ]


def test_a_form_whose_draft_is_kept_has_the_line_that_tells_so():
    """Without it the script that offers a draft again finds no words."""
    keeping = {ours.name(page): page.read_text("utf-8") for page in pages()}
    keeping = {name: text for name, text in keeping.items() if "data-draft=" in text}
    assert "templates/verification/meeting.html" in keeping
    assert [name for name, text in keeping.items() if "exitcase/_save.html" not in text] == []


def test_htmx_stays_at_two():
    versions = {one.package: one.version for one in vendored.packages()}
    assert versions["htmx.org"].startswith("2.0.")


@pytest.mark.parametrize(
    "css",
    [".a { .b & { color: red } }", ".a:has(.b) {}", ".a { inset: 0 }", ".a { height: 100dvh }",
     "@layer base {}", ".a { color: oklch(50% 0 0) }", ".a { aspect-ratio: 1 }"],
)  # fmt: skip
def test_the_rule_about_new_features_sees(css):
    assert too_new(css) != []


def test_the_rule_about_colours_sees():
    root = ":root {\n  --ink: #16202b;\n}\n"
    assert outside_tokens(root + ".a { color: var(--ink); }") == []
    assert outside_tokens(root + ".a { color: #fff; }") == ["#fff"]


@pytest.mark.parametrize(
    "page",
    ['<p style="color: red">', "<style>p {}</style>", "<script>go()</script>",
     '<a onclick="go()">', '<a href="javascript:go()">', '<div hx-on:click="go()">'],
)  # fmt: skip
def test_the_rule_about_pages_sees(page):
    assert inline(page) != []
