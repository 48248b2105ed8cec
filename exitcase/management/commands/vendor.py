"""`manage.py vendor`: re-create static/vendor from npm, or say what in it is not as listed.

What is built of a package is built again by esbuild, in a folder that is thrown away.

Only who takes up a new version runs it with `--fetch`; an installation never needs npm.
"""

import subprocess
import tarfile
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase.vendored import SERVED, Package, changed, packages


class Command(BaseCommand):
    help = "Compare static/vendor with its VENDOR.json; --fetch brings the files with `npm pack`."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fetch", action="store_true", help="bring every package by npm first")
        parser.add_argument("--folder", type=Path, default=SERVED, help="another, as tests/vendor")

    def handle(self, *_args: Any, **options: Any) -> None:
        root: Path = options["folder"]
        if options["fetch"]:
            for one in packages(root):
                fetch(one, root)
                build(one, root)
        if wrong := changed(root):
            raise CommandError(_("与 VENDOR.json 不符:%s") % ", ".join(wrong))
        self.stdout.write(_("第三方文件 %d 个包,与登记一致") % len(packages(root)))


def fetch(one: Package, root: Path) -> None:
    """Unpack the listed files of a package; what they are is asked of their hashes afterwards."""
    with tempfile.TemporaryDirectory() as place:
        spec = f"{one.package}@{one.version}"
        command = ["npm", "pack", spec, "--silent", "--pack-destination", place]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
        (packed,) = Path(place).glob("*.tgz")
        with tarfile.open(packed) as archive:
            for inside in one.files:
                kept = root / one.folder / Path(inside).name
                member = archive.extractfile(f"package/{inside}")
                if member is None:
                    raise CommandError(f"{spec}: {inside}")
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(member.read())


def build(one: Package, root: Path) -> None:
    """Bundle what the entry takes of a package, with the very versions that are listed."""
    for name in one.built:
        with tempfile.TemporaryDirectory() as place:
            specs = [f"{one.package}@{one.version}", *one.needs]
            install = ["npm", "install", "--silent", "--no-audit", "--no-fund", *specs]
            subprocess.run(install, check=True, cwd=place, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
            (Path(place) / "entry.js").write_text("\n".join(one.entry), "utf-8")
            out = f"--outfile={(root / one.folder / name).resolve()}"
            esbuild = ["node_modules/.bin/esbuild", "entry.js", "--bundle", out, *one.options]
            subprocess.run(esbuild, check=True, cwd=place)  # noqa: S603  # ours
