"""Which pages may use the chat."""

import pytest

from adapters.web.origins import Origins, origin_of

SITES = ("https://www.amber.example", "HTTPS://Shop.Amber.Example:443/", "http://old.amber.example:8080")


@pytest.mark.parametrize(
    "origin",
    [
        "https://chat.amber.example",
        "https://www.amber.example",
        "https://shop.amber.example",
        "http://old.amber.example:8080",
    ],
)
def test_sites_on_the_list_and_our_own_may(origin: str) -> None:
    """Our own origin and those that the desk names are allowed."""
    assert Origins("https://chat.amber.example", SITES).is_allowed(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://evil.example",
        "https://www.amber.example.evil.example",
        "https://evilwww.amber.example",
        "https://amber.example",
        "http://www.amber.example",
        "https://www.amber.example:8443",
        "http://old.amber.example",
        "https://www.amber.example/",
        "https://www.amber.example@evil.example",
        "HTTPS://WWW.AMBER.EXAMPLE",
        "https://www.amber.example, https://evil.example",
        "file://",
        "chrome-extension://abc",
    ],
)
def test_every_other_origin_may_not(origin: str) -> None:
    """Scheme, host and port must be the same to the letter; nothing and `null` never are."""
    assert not Origins("https://chat.amber.example", SITES).is_allowed(origin)


def test_an_empty_list_denies_all_but_our_own() -> None:
    """A desk that names no site shows its chat on its own pages only."""
    origins = Origins("https://chat.amber.example", ())
    assert origins.is_allowed("https://chat.amber.example")
    assert not origins.is_allowed("https://www.amber.example")
    assert origins.ancestors == "'self'"


def test_the_local_machine_is_ours_under_each_of_its_names() -> None:
    """A demo may be opened as localhost, too, but only on its own port."""
    origins = Origins("http://127.0.0.1:8000", ())
    assert origins.is_own("http://localhost:8000")
    assert not origins.is_own("http://localhost:9000")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example:443/x?y#z", "https://a.example"),
        ("http://A.Example:80", "http://a.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("ftp://a.example", ""),
        ("a.example", ""),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    """Case, default port and path are gone."""
    assert origin_of(url) == origin
