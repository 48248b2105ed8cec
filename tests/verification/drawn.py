"""Photos and signatures that nobody took: drawn, honest ones and copies of them."""

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance

PHOTO, LINE = (240, 180), (200, 80)
GRAIN = [Image.effect_noise(PHOTO, 10).convert("RGB") for _ in range(4)]


def photo(seed: int, second: Random | None = None) -> bytes:
    """A scene of its own; `second`: taken once more, a step aside, by another hand."""
    rng = Random(seed)
    image = Image.new("RGB", PHOTO, _colour(rng, 120, 230))
    draw = ImageDraw.Draw(image)
    dx = second.choice((-1, 1)) * second.randrange(7, 20) if second else 0
    dy = second.randrange(-9, 10) if second else 0
    for _ in range(rng.randrange(8, 16)):
        x, y = rng.randrange(PHOTO[0]) + dx, rng.randrange(PHOTO[1]) + dy
        box = (x, y, x + rng.randrange(15, 85), y + rng.randrange(12, 70))
        shape = rng.choice((draw.rectangle, draw.ellipse, draw.rectangle))
        shape(box, fill=_colour(rng, 20, 240))
    return _jpeg(_grainy(image, second or rng), 85)


def board(seed: int) -> bytes:
    """A village's notice board: the same frame everywhere, each with its own list."""
    rng = Random(seed)
    image = Image.new("RGB", PHOTO, (180, 170, 150))
    draw = ImageDraw.Draw(image)
    x, y = rng.randrange(-20, 20), rng.randrange(-14, 14)
    draw.rectangle((45 + x, 30 + y, 195 + x, 145 + y), fill=(200, 30, 30))
    draw.rectangle((68 + x, 45 + y, 172 + x, 130 + y), fill=(250, 250, 240))
    for row in range(rng.randrange(6, 11)):
        at = 52 + y + row * 7
        draw.line((75 + x, at, 75 + x + rng.randrange(30, 90), at), fill=(20, 20, 20), width=2)
    return _jpeg(_grainy(image, rng), 85)


def signature(name: int, hand: Random) -> bytes:
    """A name on a line of paper; written again by the same hand it is another writing."""
    rng = Random(name)
    image = Image.new("L", LINE, 240)
    draw = ImageDraw.Draw(image)
    left, top = hand.uniform(-5, 5), hand.uniform(-3, 3)
    for sign in range(3):
        for _stroke in range(rng.randrange(4, 8)):
            points = [
                (25 + sign * 52 + rng.uniform(0, 42), 12 + rng.uniform(0, 54))
                for _ in range(rng.randrange(2, 4))
            ]
            moved = [(x + left + hand.gauss(0, 2), y + top + hand.gauss(0, 2)) for x, y in points]
            draw.line(moved, fill=hand.randrange(20, 60), width=hand.randrange(2, 5))
    return _jpeg(image.convert("RGB"), 85)


def copied(data: bytes, rng: Random) -> bytes:
    """The same picture, saved anew: scaled, brighter or darker, or both."""
    image = Image.open(BytesIO(data)).convert("RGB")
    how = rng.randrange(3)
    if how != 1:
        by = rng.uniform(0.5, 1.6)
        image = image.resize((round(image.width * by), round(image.height * by)))
    if how != 0:
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.75, 1.25))
    return _jpeg(image, rng.randrange(40, 85))


def _colour(rng: Random, least: int, most: int) -> tuple[int, int, int]:
    return rng.randrange(least, most), rng.randrange(least, most), rng.randrange(least, most)


def _grainy(image: Image.Image, rng: Random) -> Image.Image:
    grain = ImageChops.offset(rng.choice(GRAIN), rng.randrange(PHOTO[0]), rng.randrange(PHOTO[1]))
    return ImageChops.add(image, grain, scale=1, offset=-128)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
