"""`manage.py reencrypt`: after `make_keys --rotate`, or after a change of EXITCASE_SUITE."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from exitcase.core.services.reencrypt import reencrypt_files, reencrypt_texts


class Command(BaseCommand):
    help = "Encrypt anew what was written with an older key or the other suite."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for label, count in reencrypt_texts().items():
            self.stdout.write(f"{label}: {count}")
        self.stdout.write(_("文件: %d") % reencrypt_files())
