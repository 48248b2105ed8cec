from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "exitcase.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They need loaded models.
        from exitcase.core import machine, triggers  # noqa: PLC0415  # they need loaded models
        from exitcase.core.models import PostHolder  # noqa: PLC0415  # not loaded before
        from exitcase.core.scope import share_all  # noqa: PLC0415  # it needs loaded models
        from exitcase.core.services import house  # noqa: PLC0415  # it needs loaded models

        register(machine.check_gates)
        register(triggers.check_triggers, Tags.database)
        register(house.check_house, Tags.database)
        share_all(PostHolder)
        post_migrate.connect(triggers.install, sender=self)
