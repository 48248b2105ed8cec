"""Pages that lead somewhere: every relative link of ours has its end, every verb its help."""

import re

from tests.architecture import ours

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
VERB = re.compile(r"^([a-z-]+):(.*)$", re.MULTILINE)


def test_every_link_has_its_end():
    pages = ours.files(".md")
    broken = {
        f"{ours.name(page)} -> {link}"
        for page in pages
        for link in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / link).exists()
    }
    assert broken == set()


def test_every_verb_says_what_it_does():
    lines = VERB.findall((ours.ROOT / "Makefile").read_text("utf-8"))
    verbs = [(verb, rest) for verb, rest in lines if not rest.startswith(" export ")]
    assert len(verbs) > 10
    assert [verb for verb, rest in verbs if "## " not in rest] == []
