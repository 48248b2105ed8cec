"""Pages are asked by Django's client, as somebody."""

from datetime import date

import pytest
from django.test import Client

from tests.verification import build
from tests.verification.build import World


@pytest.fixture
def world(db) -> World:
    made = build.world(villages=2)
    made.on(date(2020, 10, 9))
    return made


@pytest.fixture
def as_(client: Client):
    """A client logged in as a user."""

    def log_in(user) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
