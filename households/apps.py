from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HouseholdsConfig(AppConfig):
    name = "households"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from exitcase.core import jobs, scope  # noqa: PLC0415  # models must be there first
        from exitcase.core.choices import Role  # noqa: PLC0415  # with them
        from households.models import Household, VillageYear  # noqa: PLC0415
        from households.queries import of_helper  # noqa: PLC0415  # it imports models
        from households.services.jobs import IMPORT, run_import  # noqa: PLC0415

        jobs.register(IMPORT, run_import, title=_("导入建档立卡数据"))
        scope.share(Household, {Role.HELPER: of_helper})
        scope.share_all(VillageYear)
