"""Drafts live in the browser; the server says when one has been taken and may be forgotten."""

from django.http import HttpRequest


def draft_of(request: HttpRequest) -> str:
    """The tag of the message that follows a form, by which the browser forgets its draft."""
    return request.POST.get("draft", "")
