"""Whether a request comes from Slack: its signature over the moment and the raw body. Pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

SIGNATURE, MOMENT = "x-slack-signature", "x-slack-request-timestamp"
OLDEST = 5 * 60
"""Seconds that a request may be away from our clock, either way."""


def is_genuine(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float) -> bool:
    """Whether one of the secrets has signed this request, just now.

    Args:
        headers: Names in small letters; a header given twice has both values, with a comma between.
        body: As it came.
        secrets: The signing secrets, two while they change; with none nothing is genuine.
        now: Seconds since 1970.
    """
    signature, moment = headers.get(SIGNATURE, ""), headers.get(MOMENT, "")
    if not re.fullmatch(r"[0-9]{1,12}", moment) or abs(now - int(moment)) > OLDEST:
        return False
    given = signature.encode("utf-8", "replace")
    results = [hmac.compare_digest(given, sign(body, moment, secret).encode()) for secret in secrets if secret]
    return any(results)


def sign(body: bytes, moment: str, secret: str) -> str:
    """The signature of a body at a moment, as the platform makes it."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
