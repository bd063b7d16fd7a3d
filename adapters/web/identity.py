"""Who a visitor of the web chat is: anonymous with a key that his browser keeps, or vouched for by the site.

Either way the browser trades what it has for a token that lives a quarter of an hour and travels in a header only.
Nothing here is stored: the key's hash names the customer, so the database holds nothing that opens a chat.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from jwt.types import Options

from adapters.names import clean_name
from adapters.web.refusals import RefusedError
from bot.model import Author, AuthorKind, Trust

TOKEN_SECONDS = 15 * 60
SIGNED_SECONDS = 24 * 60 * 60
"""How long a signed visitor may renew his token without a new signature; a talk never ends in its middle."""
LEEWAY_SECONDS = 30
"""How far the site's clock may be off."""

_AUDIENCE = "firstline-web"
SIGN_IN = "Please sign in on the site first; the chat is for signed-in visitors."
_VISITOR_KEY = re.compile(r"[A-Za-z0-9_-]{40,64}")
_LONGEST_VALUE = 1_000
_MOST_ATTRIBUTES = 50
_MOST_NONCES = 20_000
_OWN_CLAIMS = frozenset({"sub", "exp", "iat", "nbf", "iss", "aud", "jti", "nonce", "name", "language", "attributes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A visitor as a token names him."""

    key: str
    """The customer's key in conversations; no secret."""
    trust: Trust = Trust.ANONYMOUS
    name: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    since: int = 0
    """When he showed a key or a signature, in seconds since 1970."""

    @property
    def author(self) -> Author:
        """The visitor as the author of an event."""
        return Author(kind=AuthorKind.CUSTOMER, key=self.key, name=self.name, trust=self.trust)


class Identity:
    """Issues and reads tokens under one way of identification: `anonymous`, `signed` or `required`."""

    def __init__(self, secret: bytes, nonces: "Nonces", mode: str, site_keys: Sequence[str]) -> None:
        """Takes the server's own secret, the nonces seen, the desk's mode and the keys it shares with the site."""
        self._secret = secret
        self._nonces = nonces
        self._site_keys = tuple(site_keys)
        self.is_required = mode == "required"
        self.is_signed = mode in ("signed", "required")

    def admit(self, visitor_key: str) -> Visitor:
        """Lets an anonymous visitor in.

        Raises:
            RefusedError: `identity_required`, if only signed visitors may read and write.
        """
        if self.is_required:
            raise RefusedError("identity_required", SIGN_IN)
        return Visitor(key=f"v-{_digest(visitor_key)}")

    def admit_signed(self, signed: str, browser: str, now: datetime) -> Visitor:
        """Lets a visitor in whom the site vouches for.

        Args:
            signed: A JWT (HS256) with `sub`, `exp`, `nonce` (or `jti`), and what is known: `name`, `language`,
                `email`, `attributes`.
            browser: The key of the browser that shows it. The same signature is good for no other browser.
            now: The present moment.

        Raises:
            RefusedError: `identity_invalid`, without a word why: the reason is of use to a forger only.
        """
        claims = self._verify_signed(signed) if self.is_signed else None
        subject = claims.get("sub") if claims else None
        expires = claims.get("exp") if claims else None
        nonce = (claims.get("nonce") or claims.get("jti")) if claims else None
        if (
            claims is None
            or not isinstance(subject, str)
            or not 0 < len(subject) <= 200
            or not isinstance(expires, int)
            or not isinstance(nonce, str)
            or not nonce
            or expires + LEEWAY_SECONDS < now.timestamp()
            or claims.get("aud", _AUDIENCE) != _AUDIENCE
            or not self._nonces.claim(f"{subject}\n{nonce}", browser, expires, now)
        ):
            raise RefusedError("identity_invalid", "The signature of this visitor is not valid. Reload the page.")
        return Visitor(
            key=f"u-{_digest(subject)}",
            trust=Trust.KNOWN,
            name=clean_name(claims["name"]) if isinstance(claims.get("name"), str) else "",
            language=claims["language"][:16] if isinstance(claims.get("language"), str) else "",
            attributes={"sub": subject, **_read_attributes(claims)},
        )

    def issue(self, visitor: Visitor, now: datetime) -> str:
        """A token for this visitor."""
        moment = int(now.timestamp())
        claims = {
            "aud": _AUDIENCE,
            "sub": visitor.key,
            "exp": moment + TOKEN_SECONDS,
            "since": visitor.since or moment,
            "trust": str(visitor.trust),
            "name": visitor.name,
            "language": visitor.language,
            "attributes": dict(visitor.attributes),
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def read(self, token: str, now: datetime, *, renewing: bool = False) -> Visitor:
        """Reads a token of ours.

        Args:
            token: As it came in the header.
            now: The present moment.
            renewing: A token that has run out is still good for a new one, up to a day after the signature.

        Raises:
            RefusedError: `not_signed_in` for no token of ours, `token_expired`, or `identity_required`.
        """
        try:
            claims = _verify(token, self._secret)
        except (jwt.InvalidTokenError, UnicodeError) as error:
            raise RefusedError("not_signed_in", "Open the chat again.") from error
        trust = Trust(claims["trust"])
        if self.is_required and trust is not Trust.KNOWN:
            raise RefusedError("identity_required", SIGN_IN)
        ends = claims["since"] + SIGNED_SECONDS if renewing else claims["exp"]
        if now.timestamp() >= ends:
            raise RefusedError("token_expired", "The token has run out. Ask for a new session.")
        return Visitor(
            key=claims["sub"],
            trust=trust,
            name=claims["name"],
            language=claims["language"],
            attributes=claims["attributes"],
            since=claims["since"],
        )

    def _verify_signed(self, signed: str) -> dict[str, Any] | None:
        for key in self._site_keys:
            try:
                return jwt.decode(signed, key, algorithms=["HS256"], options={"verify_exp": False, "verify_aud": False})
            except (jwt.InvalidTokenError, UnicodeError):
                continue
        return None


@lru_cache(maxsize=10_000)
def _verify(token: str, secret: bytes) -> Mapping[str, Any]:
    """The claims of a token of ours: whose it is never changes, only how long it is good.

    Raises:
        InvalidTokenError: We did not sign it; that is looked at anew each time.
    """
    options: Options = {"verify_exp": False, "require": ["exp", "sub", "aud", "since"]}
    return jwt.decode(token, secret, algorithms=["HS256"], audience=_AUDIENCE, options=options)


class Nonces:
    """Which browser showed which signature first, for as long as the signature lives.

    Who uses it tells it once what was kept before, and keeps what is new before he answers the browser.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self.is_told = False
        """Whether it knows what was kept before."""
        self.fresh: dict[str, tuple[str, int]] = {}
        """What is new and not kept yet."""

    def tell(self, kept: Mapping[str, tuple[str, int]]) -> None:
        """Takes what was kept before; a browser that has come meanwhile does not replace it."""
        self._seen = OrderedDict({**self._seen, **kept})
        self.is_told = True

    def claim(self, nonce: str, browser: str, expires: int, now: datetime) -> bool:
        """Whether this browser may use the signature: it is new, or this same browser's."""
        while self._seen and (
            len(self._seen) > _MOST_NONCES or next(iter(self._seen.values()))[1] + LEEWAY_SECONDS < now.timestamp()
        ):
            self._seen.popitem(last=False)
        name, shown = _digest(nonce), (_digest(browser), expires)
        if name not in self._seen:
            self.fresh[name] = shown
        first, _ = self._seen.setdefault(name, shown)
        return hmac.compare_digest(first, _digest(browser))


def new_visitor_key() -> str:
    """A key for a browser to keep: 256 random bits."""
    return secrets.token_urlsafe(32)


def is_visitor_key(key: object) -> bool:
    """Whether it has the form of one of our keys."""
    return isinstance(key, str) and _VISITOR_KEY.fullmatch(key) is not None


def load_secret(path: Path) -> bytes:
    """The secret that signs our tokens; made at the first start, readable by its owner only.

    It comes to stand there whole or not at all, whenever the process ends.
    """
    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_bytes()


def _read_attributes(claims: Mapping[str, object]) -> dict[str, str]:
    """What the site vouches for beside the name: its `attributes`, and other plain claims such as `email`."""
    given = claims.get("attributes")
    declared = given if isinstance(given, dict) else {}
    plain = {key: value for key, value in claims.items() if key not in _OWN_CLAIMS}
    texts = {
        str(key)[:80]: _as_text(value)[:_LONGEST_VALUE]
        for key, value in (plain | declared).items()
        if isinstance(value, str | int | float)
    }
    return dict(list(texts.items())[:_MOST_ATTRIBUTES])


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
