"""What one reads, keeps and takes away: the addresses of dossiers, packages and past days."""

from datetime import date
from typing import Any

from exitcase.core import files
from exitcase.core.choices import FileKind
from verification.models import Case, Signature

POSTS = {"verify_files"}
EXPORTS = {"export_todo", "export_households", "export_batches", "export_notices"}
LISTS = {"posts", *EXPORTS}
FORMS = {"pack_case", "pack_batch", *EXPORTS}
SIGNED_IN = {  # for who runs the house: no case is seen there
    "jobs", "programmes", "programme", "appointments", "appoint", "end_appointment",
}  # fmt: skip


def things(case: Case) -> dict[str, list[Any]]:
    """One of each, of one case; a page with a signature is kept of it."""
    page = files.put(
        b"%PDF-",
        name="签字页.pdf",
        mime="application/pdf",
        kind=FileKind.SCAN,
        region=case.village_id,
        private=True,
        by="test",
    )
    Signature.objects.create(
        case=case,
        stage="appraisal",
        slot="village_secretary",
        paper="acceptance_form",
        signer="甲",
        signed_on=date(2020, 10, 9),
        mark="hand",
        scan=page,
        facts_sha256="0" * 64,
        tx="t",
    )
    return {
        "verify_files": [case.pk],
        "pack_case": [case.pk],
        "pack_batch": [case.batch_id],
        "past": [case.batch_id],
        "kept_file": [case.pk, page.pk],
    }
