"""The queue's application; `celery -A exitcase.celery worker -B` runs it."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exitcase.settings")

app = Celery("exitcase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

for folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.values():
    if isinstance(folder, str):  # the filesystem broker wants its folders to exist
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
Path(settings.QUEUE).mkdir(mode=0o700, parents=True, exist_ok=True)


@setup_logging.connect
def leave_logging(**_: object) -> None:
    """Django's logging is set up already; Celery's own would print the arguments of tasks."""
