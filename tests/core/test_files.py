import os
import stat

import pytest

from exitcase.core import crypto, files, journal, keys
from exitcase.core.choices import FileKind
from exitcase.core.models import StoredFile
from tests.core.conftest import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, regions):
    settings.DATA = tmp_path
    keys.forget()
    keys.create(demo=True)
    yield
    keys.forget()


def put(data, *, private):
    return files.put(
        data,
        name="附件1.pdf",
        mime="application/pdf",
        kind=FileKind.SCAN,
        region="430412100218",
        private=private,
        by="王五",
    )


def path_of(file):
    return files._root() / file.path


@pytest.mark.parametrize("private", [True, False])
def test_bytes_come_back(private):
    file = StoredFile.objects.get(pk=put(b"%PDF secret", private=private).pk)
    assert files.get(file) == b"%PDF secret"
    assert (b"secret" in path_of(file).read_bytes()) is not private
    assert (file.size, file.encrypted, file.district) == (11, private, "430412")
    assert stat.S_IMODE(path_of(file).stat().st_mode) == 0o600
    assert file.path.startswith("430412/")


def test_damaged_file_is_not_handed_out():
    plain, private = put(b"one", private=False), put(b"two", private=True)
    path_of(plain).write_bytes(b"eno")
    path_of(private).write_bytes(b"\0" * 40)
    with pytest.raises(files.DamagedError):
        files.get(plain)
    with pytest.raises(crypto.UnreadableError):
        files.get(private)


def test_ciphertext_of_another_file_is_refused():
    one, two = put(b"one", private=True), put(b"two", private=True)
    path_of(one).write_bytes(path_of(two).read_bytes())
    with pytest.raises(crypto.UnreadableError):
        files.get(one)


def test_no_file_is_written_inside_an_act(today):
    with journal.act(CLERK, today), pytest.raises(RuntimeError, match="before the act"):
        put(b"x", private=False)


def test_full_disk_leaves_nothing_behind(monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(b"x", private=False)
    assert [path for path in files._root().rglob("*") if path.is_file()] == []
    assert StoredFile.objects.count() == 0


def test_sweep_removes_only_what_was_left_long_ago():
    folder = path_of(put(b"x", private=False)).parent
    old, new = folder / "a.part", folder / "b.part"
    old.write_bytes(b"")
    new.write_bytes(b"")
    os.utime(old, (0, 0))
    assert files.sweep() == 1
    assert (old.exists(), new.exists()) == (False, True)
