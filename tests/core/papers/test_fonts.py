import os

import pytest

from exitcase.core.papers import fonts


def test_all_is_installed_here():
    assert fonts.missing() == []


def test_packages_needed_are_in_the_list_for_apt():
    lines = fonts.CONF.with_name("apt.txt").read_text("utf-8").splitlines()
    listed = {line.partition("#")[0].strip() for line in lines} - {""}
    assert {*fonts.NEEDED.values(), "libharfbuzz-subset0"} <= listed


def test_what_is_missing_is_told_with_its_command(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "folders", lambda: [tmp_path])
    with pytest.raises(fonts.FontsMissing, match="请安装：apt-get install .*fonts-noto-cjk"):
        fonts.configure()


def test_fontconfig_sees_only_ours():
    fonts.configure()
    assert os.environ["FONTCONFIG_FILE"] == str(fonts.CONF)
