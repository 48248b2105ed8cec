from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from exitcase.core import jobs  # noqa: PLC0415  # models must be there first
        from households.services.jobs import IMPORT, run_import  # noqa: PLC0415

        jobs.register(IMPORT, run_import)
