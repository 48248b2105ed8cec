"""Static files: plainly until they are collected, then under their hash, small, for ever."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from exitcase.static import Storage
from tests.architecture.ours import ROOT

SHEET = "exitcase/app.css"


def test_before_collecting_a_file_has_its_own_name(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert staticfiles_storage.url(SHEET) == "/static/exitcase/app.css"


def test_collected_files_are_named_by_their_hash_and_packed(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    name = Storage().stored_name(SHEET)
    assert name.startswith("exitcase/app.")
    assert name != SHEET
    assert (tmp_path / name).read_bytes() == (ROOT / "static" / SHEET).read_bytes()
    for packed in (".gz", ".br"):
        size = (tmp_path / f"{name}{packed}").stat().st_size
        assert 0 < size < (tmp_path / name).stat().st_size / 3


def test_only_our_own_folder_is_collected(settings, tmp_path):
    """Packages bring files for an admin we have not, and other versions of htmx."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"exitcase", "vendor"}


def test_vendor_says_that_all_is_as_listed(capsys):
    call_command("vendor")
    assert "3 个包" in capsys.readouterr().out
