"""Copies are the same picture, another shot of the same thing is another."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image

from exitcase.core import pictures
from tests.verification import drawn

SEEDS = range(12)


def opened(data: bytes) -> Image.Image:
    return pictures.opened(data)


def is_copy(one: bytes, other: bytes) -> bool:
    ours, theirs = opened(one), opened(other)
    close = pictures.near(pictures.look(ours), pictures.look(theirs))
    return close and pictures.same_view(ours, theirs)


def is_traced(one: bytes, other: bytes) -> bool:
    ours, theirs = (pictures.ink(opened(data)) for data in (one, other))
    close = pictures.near(pictures.look(ours), pictures.look(theirs))
    return close and pictures.same_strokes(ours, theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_photo_saved_anew_scaled_or_brightened_is_the_same(seed):
    photo = drawn.photo(seed)
    copy = drawn.copied(photo, Random(seed))
    assert copy != photo
    assert is_copy(photo, copy)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_scene_taken_a_step_aside_is_another_photo(seed):
    assert not is_copy(drawn.photo(seed), drawn.photo(seed, second=Random(seed)))


def test_one_board_with_two_lists_is_two_photos():
    boards = [opened(drawn.board(seed)) for seed in range(60)]
    alike = [
        (one, other)
        for one in range(60)
        for other in range(one)
        if pictures.same_view(boards[one], boards[other])
    ]
    assert alike == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_signature_pasted_is_the_same_and_one_written_again_is_not(seed):
    line = drawn.signature(seed, Random(seed))
    assert is_traced(line, drawn.copied(line, Random(seed)))
    assert not is_traced(line, drawn.signature(seed, Random(seed + 100)))


def test_near_looks_share_a_band():
    for seed in SEEDS:
        photo = drawn.photo(seed)
        looks = [pictures.look(opened(d)) for d in (photo, drawn.copied(photo, Random(seed)))]
        ours, theirs = (set(pictures.bands(look)) for look in looks)
        assert ours & theirs


def test_a_blank_page_looks_like_nothing():
    page = Image.new("L", (40, 30), 255)
    assert pictures.look(page) == 0
    assert pictures.bands(0) == []
    assert not pictures.same_view(page, page)
    assert pictures.ink(page).size == page.size


def test_ink_is_what_is_written():
    page = Image.new("L", (40, 30), 240)
    page.paste(20, (10, 5, 20, 15))
    assert pictures.ink(page).size == (10, 10)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", drawn.photo(1)[:300]])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(pictures.NoPictureError):
        pictures.opened(data)


def test_a_bomb_is_not_opened(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 100)
    out = BytesIO()
    Image.new("L", (20, 20)).save(out, "PNG")
    with pytest.raises(pictures.NoPictureError):
        pictures.opened(out.getvalue())
