"""A stored file on its way to a browser: always as an attachment, never shown in our own pages."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from exitcase.core import files
from exitcase.core.models import StoredFile


def attachment(file: StoredFile, name: str = "") -> HttpResponse:
    """Its plain bytes, under `name` or its own. Raises what `files.get` raises."""
    answer = HttpResponse(files.get(file), content_type=file.mime)
    disposition = content_disposition_header(as_attachment=True, filename=name or file.name)
    answer["Content-Disposition"] = disposition or "attachment"
    return answer
