"""A plausible register of people who do not exist: same seed, same bytes.

Numbers begin with 99, which no region has; phones with 100 or 0000, which no network has.
"""

from households.register.invent.book import Plan, invent

__all__ = ["Plan", "invent"]
