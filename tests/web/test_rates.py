"""How much one visitor and one address may ask."""

from datetime import timedelta

import pytest

from adapters.web.rates import STREAMS_PER_ADDRESS, VISITOR_MESSAGES, Rates, address_of
from adapters.web.refusals import RefusedError
from tests.making import MONDAY


def test_a_burst_passes_and_then_one_every_two_seconds() -> None:
    """Ten messages at once are fine; the eleventh is told how long to wait, and then passes."""
    rates = Rates()
    for _ in range(10):
        rates.take("anna", VISITOR_MESSAGES, MONDAY)
    with pytest.raises(RefusedError) as refused:
        rates.take("anna", VISITOR_MESSAGES, MONDAY)
    assert refused.value.code == "too_many"
    assert refused.value.retry_after == pytest.approx(2)
    rates.take("anna", VISITOR_MESSAGES, MONDAY + timedelta(seconds=2))


def test_one_visitor_costs_another_nothing() -> None:
    """Each key has its own share."""
    rates = Rates()
    for _ in range(10):
        rates.take("anna", VISITOR_MESSAGES, MONDAY)
    rates.take("boris", VISITOR_MESSAGES, MONDAY)


def test_a_clock_that_is_set_back_blocks_nobody() -> None:
    """Going back in time neither fills nor empties a share."""
    rates = Rates()
    rates.take("anna", VISITOR_MESSAGES, MONDAY)
    rates.take("anna", VISITOR_MESSAGES, MONDAY - timedelta(days=365))


def test_an_address_has_a_share_of_streams() -> None:
    """The twenty-first stream of an address is refused until another one ends."""
    rates = Rates()
    open_streams = [rates.stream("192.0.2.1") for _ in range(STREAMS_PER_ADDRESS)]
    for stream in open_streams:
        stream.__enter__()
    with pytest.raises(RefusedError), rates.stream("192.0.2.1"):
        pass
    with rates.stream("192.0.2.2"):
        open_streams[0].__exit__(None, None, None)
    with rates.stream("192.0.2.1"):
        pass


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, rubbish", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    """What a stranger writes into the header changes nothing; what our proxy appended does."""
    assert address_of(peer, forwarded, ["10.0.0.0/8"]) == address
