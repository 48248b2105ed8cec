"""Before a journey: the accounts of a walk, each with a password, on the walk's first day.

    python -m tests.journeys.people PLAN TOWNSHIP PASSWORD

The last thing that is done behind the pages.
"""

import os
import sys


def main(plan: str, township: str, password: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exitcase.settings")
    import django  # noqa: PLC0415  # once the settings are named

    django.setup()
    from exitcase.core.models import Programme, Region  # noqa: PLC0415  # only once Django is set up
    from exitcase.walk import opening  # noqa: PLC0415  # only once Django is set up

    place = Region.objects.get(pk=township)
    _agenda, cast = opening.engage(Programme.objects.newest(plan).rules, place)
    for _role, _region, user in cast.accounts:
        user.set_password(password)
        user.save(update_fields=["password"])


if __name__ == "__main__":
    main(*sys.argv[1:])
