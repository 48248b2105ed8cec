from django.apps import AppConfig


class ExitcaseConfig(AppConfig):
    name = "exitcase"
    verbose_name = "贫困退出"

    def ready(self) -> None:
        # Web processes too must know the app, or `.delay()` would look for another broker.
        from exitcase import celery  # noqa: F401, PLC0415  # it needs the settings
