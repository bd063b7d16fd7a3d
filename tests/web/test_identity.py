"""Who a visitor is: his browser's key, the signature of a site, and the tokens made of them."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from adapters.web.identity import Identity, Nonces, is_visitor_key, load_secret, new_visitor_key
from adapters.web.refusals import RefusedError
from bot.model import Trust
from tests.making import MONDAY

KEYS = ("the key that site and desk share now, 32+", "the former key of the site, still good now")
NOW = int(MONDAY.timestamp())
CLAIMS = {"sub": "user-7", "exp": NOW + 300, "nonce": "n-1", "name": "Anna\u202e K.", "language": "et"}
BROWSER = "b" * 43


def identity(mode: str = "signed", *, nonces: Nonces | None = None) -> Identity:
    """The identification of a desk."""
    return Identity(b"s" * 32, nonces or Nonces(), mode, KEYS)


def signed(claims: Mapping[str, Any] | None = None, key: str = KEYS[0], algorithm: str = "HS256") -> str:
    """What a site's server would sign."""
    return jwt.encode(dict(CLAIMS if claims is None else claims), key, algorithm=algorithm)


def refusal(function: Any, *arguments: Any, **named: Any) -> str:
    """The code with which something is refused."""
    with pytest.raises(RefusedError) as refused:
        function(*arguments, **named)
    return refused.value.code


def test_a_browser_s_key_always_names_the_same_customer() -> None:
    """The customer's key is derived from the browser's and does not give it away."""
    key = new_visitor_key()
    visitor = identity().admit(key)
    assert visitor == identity().admit(key)
    assert key not in visitor.key
    assert visitor.trust is Trust.ANONYMOUS


def test_a_token_is_good_for_a_quarter_of_an_hour() -> None:
    """It names the visitor until it runs out."""
    of = identity()
    visitor = of.admit(new_visitor_key())
    token = of.issue(visitor, MONDAY)
    assert of.read(token, MONDAY + timedelta(minutes=14)).key == visitor.key
    assert refusal(of.read, token, MONDAY + timedelta(minutes=15)) == "token_expired"


def test_a_signed_visitor_is_known_by_what_the_site_says() -> None:
    """Name, language and attributes count; the name is cleaned."""
    claims = CLAIMS | {"email": "anna@a.example", "attributes": {"plan": "home", "vip": True, "since": 2019}}
    visitor = identity().admit_signed(signed(claims), BROWSER, MONDAY)
    assert (visitor.name, visitor.language, visitor.trust) == ("Anna K.", "et", Trust.KNOWN)
    assert visitor.attributes == {
        "sub": "user-7", "email": "anna@a.example", "plan": "home", "vip": "yes", "since": "2019",
    }  # fmt: skip


def test_both_keys_are_good_while_they_change() -> None:
    """A site may sign with the new key or the former one, and is the same person to us."""
    new = identity().admit_signed(signed(), BROWSER, MONDAY)
    former = identity().admit_signed(signed(key=KEYS[1]), BROWSER, MONDAY)
    assert new.key == former.key


def unsigned(claims: Mapping[str, Any], header: Mapping[str, str]) -> str:
    """A token without a signature."""
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join(parts) + "."


@pytest.mark.parametrize(
    "token",
    [
        "",
        "rubbish",
        "a.b.c",
        "\udc80.x.y",
        unsigned(CLAIMS, {"alg": "none", "typ": "JWT"}),
        unsigned(CLAIMS, {"alg": "HS256", "typ": "JWT"}),
        signed(key="another key that the site does not have!"),
        signed(algorithm="HS512", key=KEYS[0] * 2),
        signed(CLAIMS | {"exp": NOW - 31}),
        signed(CLAIMS | {"exp": "tomorrow"}),
        signed(CLAIMS | {"exp": None}),
        signed({**CLAIMS, "nonce": ""}),
        signed({**CLAIMS, "nonce": {"$gt": ""}}),
        signed({**CLAIMS, "sub": ""}),
        signed({**CLAIMS, "sub": "x" * 201}),
        signed({**CLAIMS, "aud": "another-service"}),
        signed({name: value for name, value in CLAIMS.items() if name != "sub"}),
        signed({name: value for name, value in CLAIMS.items() if name != "exp"}),
        signed({name: value for name, value in CLAIMS.items() if name != "nonce"}),
        signed()[:-2] + "xx",
    ],
)
def test_no_other_signature_is_believed(token: str) -> None:
    """Unsigned, forged, stale, incomplete or meant for somebody else: refused, without a word why."""
    assert refusal(identity().admit_signed, token, BROWSER, MONDAY) == "identity_invalid"


def test_a_signature_is_good_in_one_browser_only() -> None:
    """The same browser may show it again after a reload; another one that found it may not."""
    nonces = Nonces()
    identity(nonces=nonces).admit_signed(signed(), BROWSER, MONDAY)
    identity(nonces=nonces).admit_signed(signed(), BROWSER, MONDAY)
    assert refusal(identity(nonces=nonces).admit_signed, signed(), "c" * 43, MONDAY) == "identity_invalid"


def test_a_signature_stays_with_its_browser_over_a_restart() -> None:
    """What was kept before is told to the next process; it keeps only what is new."""
    before, after = Nonces(), Nonces()
    identity(nonces=before).admit_signed(signed(), BROWSER, MONDAY)
    after.tell(before.fresh)
    assert refusal(identity(nonces=after).admit_signed, signed(), "c" * 43, MONDAY) == "identity_invalid"
    identity(nonces=after).admit_signed(signed(), BROWSER, MONDAY)
    assert after.fresh == {}


def test_a_desk_that_signs_nothing_believes_no_signature() -> None:
    """In the mode `anonymous` there is no key that could be right."""
    assert refusal(identity("anonymous").admit_signed, signed(), BROWSER, MONDAY) == "identity_invalid"


def test_where_a_signature_is_required_nobody_else_comes_in() -> None:
    """Neither by a browser's key nor by a token from a time when that was enough."""
    token = identity().issue(identity().admit(BROWSER), MONDAY)
    assert refusal(identity("required").admit, BROWSER) == "identity_required"
    assert refusal(identity("required").read, token, MONDAY) == "identity_required"
    known = identity("required").admit_signed(signed(), BROWSER, MONDAY)
    assert identity("required").read(identity().issue(known, MONDAY), MONDAY).key == known.key


def test_a_signed_visitor_s_talk_outlives_the_signature() -> None:
    """A token that has run out is good for a new one for a day, and no longer."""
    of = identity()
    token = of.issue(of.admit_signed(signed(), BROWSER, MONDAY), MONDAY)
    later = MONDAY + timedelta(hours=20)
    renewed = of.issue(of.read(token, later, renewing=True), later)
    assert of.read(renewed, later).name == "Anna K."
    assert refusal(of.read, renewed, MONDAY + timedelta(hours=24), renewing=True) == "token_expired"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "rubbish",
        unsigned({"sub": "v-1", "aud": "firstline-web", "exp": NOW + 60, "since": NOW}, {"alg": "none"}),
        jwt.encode({"sub": "v-1", "aud": "firstline-web", "exp": NOW + 60, "since": NOW}, "x" * 32, "HS256"),
        jwt.encode({"sub": "v-1", "aud": "console", "exp": NOW + 60, "since": NOW}, b"s" * 32, "HS256"),
        jwt.encode({"sub": "v-1", "exp": NOW + 60, "since": NOW}, b"s" * 32, "HS256"),
    ],
)
def test_no_other_token_is_ours(token: str) -> None:
    """A token without our signature or for another audience lets nobody in."""
    assert refusal(identity().read, token, MONDAY) == "not_signed_in"


@pytest.mark.parametrize("key", [None, 7, "", "short", "x" * 39, "x" * 65, "é" * 43, "../" * 15, ["x" * 43]])
def test_other_keys_of_browsers_are_replaced(key: object) -> None:
    """Only what looks like a key of ours is taken for one."""
    assert not is_visitor_key(key)


def test_the_server_s_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    """It survives a restart, and only its owner may read it."""
    made = load_secret(tmp_path / "web.key")
    assert load_secret(tmp_path / "web.key") == made
    assert len(made) == 32
    assert (tmp_path / "web.key").stat().st_mode & 0o777 == 0o600
