from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from publicity.gates import BOOK  # noqa: PLC0415  # gates import models

        self.gates = BOOK
