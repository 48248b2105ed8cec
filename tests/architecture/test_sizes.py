"""Nothing of ours is longer than a person reads in one sitting."""

from tests.architecture import ours

MOST = 400  # lines
THEIRS = {"htmx.min.js", "axe.min.js"}


def test_no_file_of_ours_is_over_400_lines():
    watched = ours.files(".py", ".html", ".css", ".js", ".svg", ".txt")
    lines = {
        ours.name(f): len(f.read_bytes().splitlines()) for f in watched if f.name not in THEIRS
    }
    assert {name: count for name, count in lines.items() if count > MOST} == {}
