"""What the players hold up: scans and photos that say what they stand for, and a stranger."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from exitcase.core import clock, files, identity
from exitcase.core.choices import FileKind, Place
from exitcase.core.models import StoredFile, User

PLACE_NAMES: Final[Mapping[Place, str]] = {
    Place.VILLAGE_BOARD: "村(居)委会公示公告栏",
    Place.GATHERING_PLACE: "村口小卖部前",
    Place.VILLAGE_OFFICE: "村(居)委会办公室",
    Place.IN_VILLAGE: "村内",
    Place.TOWNSHIP_BOARD: "乡镇公示公告栏",
    Place.PUBLIC_SITE: "政府网站",
}
SIZE: Final = (320, 200)  # pixels
# Of a surname nobody of the cast or of a made register has.
STRANGERS: Final = ("司徒立", "司徒行", "司徒守", "司徒明", "司徒致", "司徒远", "司徒安")
BORN: Final = date(1985, 6, 1)


def scan(title: str, region: str, by: User | None) -> StoredFile:
    """A page that stands for a signed paper; kept like one, encrypted."""
    return _keep(f"{title}.png", _picture(title, region), FileKind.SCAN, region, by)


def photo(title: str, region: str, by: User | None) -> StoredFile:
    """A picture that stands for a photo of a notice on its board."""
    return _keep(f"{title}.png", _picture(title, region), FileKind.PHOTO, region, by)


def stranger(nth: int) -> tuple[str, str]:
    """Somebody outside the register: a name and an impossible, well-formed number (99…)."""
    body = f"990000{BORN:%Y%m%d}{nth % 1000:03}"
    return STRANGERS[nth % len(STRANGERS)], body + identity.check_character(body)


def _picture(title: str, region: str) -> bytes:
    """Each one its own scene: no two photos of a walk are alike."""
    moment = clock.as_text(clock.read())
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    scene = sha256(f"{region} {moment} {title}".encode()).digest()
    for left, top, width, grey in zip(*[iter(scene)] * 4, strict=True):
        at = (left, top * SIZE[1] // 256)
        draw.ellipse((*at, at[0] + width, at[1] + width // 2), fill=(grey,) * 3)
    draw.rectangle((4, 4, SIZE[0] - 5, SIZE[1] - 5), outline="black")
    draw.text((12, 12), f"{region} {moment}", fill="black")
    draw.text((12, 40), title.encode("unicode_escape").decode(), fill="black")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _keep(name: str, data: bytes, kind: FileKind, region: str, by: User | None) -> StoredFile:
    return files.put(
        data,
        name=name,
        mime="image/png",
        kind=kind,
        region=region,
        private=True,
        by=by.name if by else "",
    )
