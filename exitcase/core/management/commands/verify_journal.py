"""`manage.py verify_journal [--chain CODE] [--checkpoint FILE] [--save FILE]`; 1: findings."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from exitcase.core import verify
from exitcase.core.verify import Checkpoint

# Said before the finding itself, which docs/reference/journal.md explains by its code.
WORDS: Final = {
    "edited": _lazy("被改动"),
    "inserted": _lazy("被插入"),
    "deleted": _lazy("被删除"),
    "reordered": _lazy("次序被改"),
    "cut": _lazy("被截断"),
    "forged": _lazy("封记不符"),
}


class Command(BaseCommand):
    help = "Check the journal against its seals, and against a checkpoint kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", help="one district's code; otherwise all")
        parser.add_argument("--checkpoint", type=Path, help="a file that --save wrote")
        parser.add_argument("--save", type=Path, help="write the head here (needs --chain)")

    def handle(self, *_args: Any, **options: Any) -> None:
        seen = _read(options["checkpoint"]) if options["checkpoint"] else None
        chain = options["chain"] or (seen.chain if seen else None)
        if options["save"] and not chain:
            raise CommandError(_("--save 须同时给出 --chain"))
        found = sum(self.tell(one, seen) for one in ([chain] if chain else verify.chains()))
        if options["save"] and chain:
            self.save(chain, options["save"])
        if found:
            raise CommandError(_("流水共有 %d 处问题") % found, returncode=1)

    def tell(self, chain: str, seen: Checkpoint | None) -> int:
        """Print what one chain has; gives the number of findings."""
        against = seen if seen and seen.chain == chain else None
        findings = verify.verify(chain, against)
        for finding in findings:
            self.stdout.write(f"{chain} {WORDS[finding.what]} ({finding.what}: {finding.where})")
        head = verify.checkpoint(chain)
        if head:
            self.stdout.write(head.line() + (_(" 有问题") if findings else _(" 完好")))
        if not against:
            self.stdout.write(_("流水 %s 未与任何纸质检查点核对") % chain)
        return len(findings)

    def save(self, chain: str, path: Path) -> None:
        head = verify.checkpoint(chain)
        if head is None:
            raise CommandError(_("这条流水还没有内容"))
        path.write_text(head.as_json(), encoding="utf-8")
        self.stdout.write(_("检查点已写入 %s,请另处保存") % path.name)


def _read(path: Path) -> Checkpoint:
    try:
        return verify.read_checkpoint(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(_("检查点文件读不出或签名不符: %s") % path.name) from error
