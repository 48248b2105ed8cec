"""How these tests read a refusal: all its words at once."""

from contextlib import contextmanager

import pytest

from exitcase.core.errors import Refused


@contextmanager
def refused(message, **parts):
    """The service says no with this message; `parts` are texts of its other fields."""
    with pytest.raises(Refused) as told:
        yield
    error = told.value
    assert error.message == message
    for name, text in parts.items():
        assert getattr(error, name) == text, name
