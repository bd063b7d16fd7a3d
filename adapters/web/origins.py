"""Which sites may show the chat and talk to it: one exact list of origins for CORS, streams and framing."""

from collections.abc import Iterable
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origins:
    """The allow-list: scheme, host and port must be the same to the letter; `null` and nothing never are."""

    def __init__(self, public_url: str, sites: Iterable[str]) -> None:
        """Takes our own address, which is always allowed, and the sites of the desk."""
        self.own = _own_origins(public_url)
        self.sites = tuple(dict.fromkeys(origin for site in sites if (origin := origin_of(site))))
        self._allowed = frozenset((*self.own, *self.sites))

    def is_allowed(self, origin: str) -> bool:
        """Whether a page of this origin may use the chat."""
        return origin in self._allowed

    def is_own(self, origin: str) -> bool:
        """Whether it is our own."""
        return origin in self.own

    @property
    def ancestors(self) -> str:
        """The sources of `frame-ancestors`: who may show the chat in a frame."""
        return " ".join(("'self'", *self.sites))


def origin_of(url: str) -> str:
    """The origin of an address the way a browser writes it, or nothing if it has none."""
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{host}:{port}"


def _own_origins(public_url: str) -> tuple[str, ...]:
    """Our origin; on the local machine under each of its names, for a person may type any of them."""
    own = origin_of(public_url)
    scheme, _, rest = own.partition("://")
    for name in _LOOPBACK:
        if rest == name or rest.startswith(f"{name}:"):
            port = rest[len(name) :]
            return tuple(dict.fromkeys((own, *(f"{scheme}://{other}{port}" for other in _LOOPBACK))))
    return (own,)
