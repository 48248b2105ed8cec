"""One rule of masking everywhere: two maskings of one person could be joined. Pure.

Numbers: 首6 + * + 末4; phones: first 3 and last 4; names: 张*, 张*三, 欧阳*, 阿依古丽**.
"""

from typing import Final

from exitcase.core.identity import DOT

STAR: Final = "*"
LENGTHS: Final = (15, 18, 20, 22)  # identity numbers; cards, and those issued again
_PAIRS: Final = (  # compound surnames, two characters each
    "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐夏侯司徒司空轩辕端木独孤南宫长孙宇文公羊公冶濮阳澹台申屠钟离闻人赫连呼延百里东郭南门西门太史淳于单于鲜于闾丘亓官司寇仉督"
    "子车颛孙巫马公西漆雕乐正壤驷公良拓跋夹谷宰父谷梁段干羊舌微生梁丘左丘第五万俟完颜纳兰叶赫那拉达奚"
)
COMPOUND: Final = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))


def number(text: str) -> str:
    """430412********001X; a card of 20 digits hides category and grade too.

    What has no length of such a number is hidden whole.
    """
    if len(text) not in LENGTHS:
        return STAR * len(text)
    return _ends(text[:18], 6, 4) + STAR * len(text[18:])


def phone(text: str) -> str:
    """138****0000."""
    return _ends(text, 3, 4)


def name(text: str) -> str:
    """The surname stays; of three characters or more the last one too."""
    if DOT in text:
        return text.split(DOT, maxsplit=1)[0] + STAR * 2
    kept = 2 if text[:2] in COMPOUND and len(text) > 2 else 1  # noqa: PLR2004
    hidden = len(text) - kept
    if hidden <= 0:
        return STAR
    return text[:kept] + (STAR if hidden == 1 else STAR * (hidden - 1) + text[-1])


def _ends(text: str, first: int, last: int) -> str:
    """The ends, if something is left to hide between them; else nothing."""
    hidden = len(text) - first - last
    if hidden <= 0:
        return STAR * len(text)
    return text[:first] + STAR * hidden + text[-last:]
