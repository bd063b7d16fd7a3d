"""How much one visitor and one address may ask of the web: token buckets and counted streams, in memory only.

A restart forgets them, which costs nothing: they protect from floods, they promise nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from adapters.web.refusals import RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bucket that holds `burst` requests and is refilled evenly."""

    burst: int
    per_second: float


VISITOR_MESSAGES = Limit(burst=10, per_second=0.5)
"""5 messages in 10 s, so 30 a minute, with a burst of 10."""
ADDRESS_REQUESTS = Limit(burst=60, per_second=1.0)
"""60 a minute from one address."""
STREAMS_PER_ADDRESS = 20
_MOST_BUCKETS = 50_000


class Rates:
    """Counts what each key has used up."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}
        """What is left in a bucket, and when that was so, in seconds."""
        self._streams: Counter[str] = Counter()

    def take(self, key: str, limit: Limit, now: datetime) -> None:
        """Uses up one request.

        Raises:
            RefusedError: `too_many`, with the seconds after which the next one is welcome; nothing was used up.
        """
        moment = now.timestamp()
        left, since = self._buckets.get(key, (float(limit.burst), moment))
        level = min(float(limit.burst), left + max(0.0, moment - since) * limit.per_second)
        if level < 1:
            wait = (1 - level) / limit.per_second
            raise RefusedError("too_many", "One moment, please; too much came at once.", retry_after=wait)
        self._buckets[key] = (level - 1, moment)
        if len(self._buckets) > _MOST_BUCKETS:
            self._forget(moment)

    @contextmanager
    def stream(self, address: str) -> Iterator[None]:
        """Counts one open stream of an address for as long as it lasts.

        Raises:
            RefusedError: `too_many`, if the address holds its share already.
        """
        if self._streams[address] >= STREAMS_PER_ADDRESS:
            raise RefusedError("too_many", "Too many chats are open here. Close one of them.", retry_after=30)
        self._streams[address] += 1
        try:
            yield
        finally:
            self._streams[address] -= 1
            if not self._streams[address]:
                del self._streams[address]

    def _forget(self, moment: float) -> None:
        """Drops what has not been used for two minutes: those buckets are full again."""
        self._buckets = {key: level for key, level in self._buckets.items() if moment - level[1] < 120}


def address_of(peer: str, forwarded: str, trusted: Sequence[str]) -> str:
    """The address that a request comes from, for counting.

    Args:
        peer: Who is connected to us.
        forwarded: The header `X-Forwarded-For`; each proxy appends whom it heard from.
        trusted: Addresses and networks of our own proxies. Only what they appended is believed.
    """
    chain = [*(part.strip() for part in forwarded.split(",")[-10:] if part.strip()), peer]
    networks = _networks(tuple(trusted))
    for hop in reversed(chain):
        try:
            address = ip_address(hop)
        except ValueError:
            return peer
        if not any(address in network for network in networks):
            return _grouped(hop)
    return chain[0]


@lru_cache(maxsize=8)
def _networks(trusted: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network, strict=False) for network in trusted)


def _grouped(hop: str) -> str:
    """An IPv6 address stands for its /64, which one customer commonly holds whole."""
    address = ip_address(hop)
    return hop if address.version == 4 else str(ip_network(f"{hop}/64", strict=False))
