"""What Celery calls; `manage.py ask_questions` does the same."""

from celery import shared_task

from verification.services.questions.jobs import districts, enqueue_search


@shared_task(name="verification.ask_questions")
def ask_questions() -> None:
    for district in districts():
        enqueue_search(district)
