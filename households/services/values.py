"""Put what a person typed into a row, or say in words why it cannot be."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from exitcase.core.errors import Refused


def put(record: Model, data: Mapping[str, Any], place: str) -> None:
    """Set the fields, without saving. What nobody knows (NULL) is allowed where the column is.

    Raises `Refused`, naming the field, for a value that cannot be.
    """
    for name, value in data.items():
        setattr(record, name, value)
    unasked = {
        field.name
        for field in record._meta.concrete_fields
        if field.name not in data or (field.null and data[field.name] is None)
    }
    try:
        record.clean_fields(exclude=unasked)
    except ValidationError as error:
        name, told = next(iter(error.message_dict.items()))
        label = getattr(record._meta.get_field(name), "verbose_name", name)
        where = f"{place} {label}"
        raise Refused(
            _("填写有误"), place=where, value=str(data[name]), rule="".join(told)
        ) from error
