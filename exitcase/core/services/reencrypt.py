"""Bring what was encrypted with an older key or the other suite to those in use."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from exitcase.core import crypto, files, keys
from exitcase.core.fields import EncryptedText
from exitcase.core.models import StoredFile


def encrypted_fields() -> Iterator[tuple[type[Model], EncryptedText]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedText):
                yield model, field


def reencrypt_texts() -> dict[str, int]:
    """Field → values written anew. Row by row, each by itself: it may be stopped and run again."""
    return {field.label: _column(model, field) for model, field in encrypted_fields()}


def reencrypt_files() -> int:
    now = Q(suite=crypto.suite().name, key_id=keys.current("data").number)
    old = StoredFile.objects.filter(encrypted=True).exclude(now)
    count = 0
    for file in old.order_by("pk").iterator(chunk_size=200):
        files.rewrite(file)
        count += 1
    return count


def _column(model: type[Model], field: EncryptedText) -> int:
    rows = model._default_manager.annotate(stored=Cast(field.attname, TextField()))
    old = [pk for pk, stored in rows.values_list("pk", "stored") if stored and _older(stored)]
    for pk in old:
        plain = model._default_manager.values_list(field.attname, flat=True).get(pk=pk)
        model._default_manager.filter(pk=pk).update(**{field.attname: plain})
    return len(old)


def _older(stored: str) -> bool:
    return not crypto.written_now(stored)
