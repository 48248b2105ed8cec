"""What a service says when it will not do a thing: place, value, rule, a right example."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(eq=False)
class Refused(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """Bad input, told in words a cadre knows. Nothing has been changed.

    `place` names the field, cell or household; `value` what was given; `rule` what is asked;
    `example` a right one. All are texts for the screen.
    """

    message: str
    place: str = ""
    value: str = ""
    rule: str = ""
    example: str = ""

    def __str__(self) -> str:
        parts = [
            self.message,
            _("位置:%s") % self.place if self.place else "",
            _("填写的是:%s") % self.value if self.value else "",
            _("要求:%s") % self.rule if self.rule else "",
            _("例如:%s") % self.example if self.example else "",
        ]
        return ";".join(part for part in parts if part)


class Overtaken(Refused):
    """Somebody else saved it after the form was read: a view shows both values (409)."""


class OutOfScope(Exception):  # noqa: N818  # an answer, not a fault
    """The subject does not exist for this person: a view answers 404."""


class NotAllowed(Exception):  # noqa: N818  # an answer, not a fault
    """The person sees the subject but has not this right: a view answers 403."""
