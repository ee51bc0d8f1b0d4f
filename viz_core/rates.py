"""How often one address may do something: a moving window, in the memory of this process.

An address is held there for as long as its window lasts, and is never written down.
"""

from __future__ import annotations

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

NOBODY = "here"  # whoever sits at the server itself
# A class behind one address makes few links, but joins all at once; whoever tries out codes misses.
NEW_LINKS = RateLimitItemPerMinute(60)
NEW_ROOMS = RateLimitItemPerHour(30)
MISSED_CODES = RateLimitItemPerMinute(30)
MISSED_WORDS = RateLimitItemPerHour(10)
GUESSES = RateLimitItemPerMinute(60)  # of one seat

_limiter = MovingWindowRateLimiter(MemoryStorage())


def take(rate: RateLimitItem, name: str, address: str | None) -> bool:
    """Whether an address may do something once more; that it did counts.

    Args:
        name: of what is done.
    """
    return bool(_limiter.hit(rate, name, address or NOBODY))


def left(rate: RateLimitItem, name: str, address: str | None) -> bool:
    """Whether an address may still do something; nothing is counted."""
    return bool(_limiter.test(rate, name, address or NOBODY))
