"""The fonts of the papers: which folders are looked in, and what must be found there."""

import os
import re
from ctypes.util import find_library
from pathlib import Path
from typing import Final

CONF: Final = Path(__file__).with_name("fonts.conf")

# File that must be there → the Debian package that brings it.
NEEDED: Final[dict[str, str]] = {
    "FandolSong-Regular.otf": "texlive-lang-chinese",
    "FandolSong-Bold.otf": "texlive-lang-chinese",
    "FandolHei-Regular.otf": "texlive-lang-chinese",
    "FandolKai-Regular.otf": "texlive-lang-chinese",
    "FandolFang-Regular.otf": "texlive-lang-chinese",
    "NotoSerifCJK-Regular.ttc": "fonts-noto-cjk",
    "NotoSerifCJK-Bold.ttc": "fonts-noto-cjk",
    "NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "HanaMinA.ttf": "fonts-hanazono",
    "HanaMinB.ttf": "fonts-hanazono",
    "LiberationSerif-Regular.ttf": "fonts-liberation",
    "LiberationSerif-Bold.ttf": "fonts-liberation",
    "DejaVuSans.ttf": "fonts-dejavu-core",
}


class FontsMissing(RuntimeError):  # noqa: N818  # what is missing
    """A package of apt.txt is not installed; the message says which, and the command."""


def folders() -> list[Path]:
    """The font folders that `fonts.conf` names."""
    return [Path(found) for found in re.findall(r"<dir>([^<]+)</dir>", CONF.read_text("utf-8"))]


def missing() -> list[str]:
    """The packages to install before a paper can be made; empty when all is there."""
    there = {path.name for folder in folders() if folder.is_dir() for path in folder.iterdir()}
    packages = {package for name, package in NEEDED.items() if name not in there}
    # WeasyPrint falls back to a way 13 times slower, and only logs it.
    if find_library("harfbuzz-subset") is None:
        packages.add("libharfbuzz-subset0")
    return sorted(packages)


def configure() -> None:
    """Point fontconfig at our folders. Raises `FontsMissing`; call before WeasyPrint loads."""
    lacking = missing()
    if lacking:
        command = "apt-get install --no-install-recommends " + " ".join(lacking)
        raise FontsMissing(f"缺少文书字体或排版库，请安装：{command}")
    os.environ["FONTCONFIG_FILE"] = str(CONF)
