"""The only door to the register."""

from households.services.correct import Changes, Joins, Leaves, correct
from households.services.imports import ImportResult, Tally, import_register
from households.services.members import add_member, remove_member
from households.services.status import set_status
from households.services.village import record_village
from households.services.year import (
    ItemSpec,
    MeasureSpec,
    record_income,
    record_year,
    refresh_figures,
)

__all__ = [
    "Changes",
    "ImportResult",
    "ItemSpec",
    "Joins",
    "Leaves",
    "MeasureSpec",
    "Tally",
    "add_member",
    "correct",
    "import_register",
    "record_income",
    "record_village",
    "record_year",
    "refresh_figures",
    "remove_member",
    "set_status",
]
