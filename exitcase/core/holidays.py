"""Which days are days of rest in China, from the yearly decrees (package `chinesecalendar`)."""

from datetime import date

import chinese_calendar

from exitcase.core.terms import UnknownYearError


def rest_day(day: date) -> bool:
    """A weekend or holiday that is not worked in exchange. UnknownYearError outside the data."""
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError as error:
        raise UnknownYearError(day.year) from error
