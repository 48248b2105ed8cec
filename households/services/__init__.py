"""The only door to the register."""

from households.services.status import set_status

__all__ = ["set_status"]
