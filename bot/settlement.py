"""What follows from a platform's answer to a send, or from its silence. Pure; the sender asks, the storage writes.

The classes of answers are those of `bot.ports.SendClass`; only a first post can be in doubt, everything later
can simply be done again.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.model import MessageKind, SendOutcome
from bot.ports import Capabilities, SendClass, SendResult, SendState, Settlement, Shipment

LONGEST_RETRY = 60.0
GIVE_UP = timedelta(hours=24)
"""How long a send is tried that the platform never took."""
ABSURD_WAIT = 15 * 60.0
"""A longer wait than this is not believed; the platform is asked again after it."""
DEFAULT_WAIT = 5.0
"""For a wait of no or negative length."""
ACCOUNT_RETRY = timedelta(seconds=60)
"""How soon an account that was refused is tried again."""
HELD = timedelta(hours=1)
"""What has been behind for longer when firstline starts is left to a person."""


def settle(
    shipment: Shipment, result: SendResult, capabilities: Capabilities, spread: float, now: datetime
) -> Settlement:
    """Decides what an answer means for a delivery.

    Args:
        shipment: What was sent.
        result: The platform's answer.
        capabilities: What the channel can do.
        spread: A number from 0.8 to 1.2 by which a retry is moved, so that retries do not come in step.
        now: The moment of the answer.
    """
    # A thread that was opened is kept even if nothing could be posted in it yet: the next try uses it.
    return replace(_settle(shipment, result, capabilities, spread, now), thread=result.thread)


def _settle(
    shipment: Shipment, result: SendResult, capabilities: Capabilities, spread: float, now: datetime
) -> Settlement:
    match result.became:
        case SendClass.SENT:
            return _sent(shipment, result)
        case SendClass.NOT_SENT | SendClass.ACCOUNT:
            pause = timedelta(seconds=min(2.0**shipment.failures, LONGEST_RETRY) * spread)
            if result.became is SendClass.ACCOUNT:
                pause = ACCOUNT_RETRY
            if now - shipment.behind_since > GIVE_UP:
                return _failed(result.reason or "The platform could not be reached for a day.", SendOutcome.FAILED)
            return Settlement(state=SendState.IDLE, next_try_at=now + pause, reason=result.reason)
        case SendClass.WAIT:
            seconds = min(result.wait, ABSURD_WAIT) if result.wait > 0 else DEFAULT_WAIT
            return Settlement(state=SendState.IDLE, place_waits=now + timedelta(seconds=seconds), reason=result.reason)
        case SendClass.UNSURE:
            return _unsure(shipment, result.reason, capabilities, now)
        case SendClass.CONTENT:
            return _failed(result.reason or "The platform refused the form of the message.", SendOutcome.FAILED)
        case SendClass.PERSON_GONE:
            return _failed(result.reason or "The person cannot be written to.", SendOutcome.PERSON_GONE)
        case SendClass.PLACE_GONE:
            return _failed(result.reason or "The place is gone.", SendOutcome.PLACE_GONE)
        case _:
            assert_never(result.became)


def settle_unsure(shipment: Shipment, found: SendResult | None) -> Settlement:
    """Decides about a first post in doubt, once its time to settle is over and the platform has been asked.

    Args:
        shipment: What was sent and may or may not stand there.
        found: `SENT` if it stands there, `NOT_SENT` if it surely does not; none if the platform cannot tell.
    """
    if found is not None and found.became is SendClass.SENT:
        return _sent(shipment, found)
    if found is not None and found.became is SendClass.NOT_SENT:
        return Settlement(state=SendState.IDLE)
    if shipment.message.kind is MessageKind.AGENT:
        return Settlement(state=SendState.UNSURE, outcome=SendOutcome.PARKED, reason="Nobody knows whether it arrived.")
    return Settlement(state=SendState.IDLE, doubtful=True)


def _sent(shipment: Shipment, result: SendResult) -> Settlement:
    is_card = shipment.message.kind is MessageKind.CARD and shipment.is_first
    return Settlement(
        state=SendState.IDLE,
        shown=True,
        external_ids=result.external_ids,
        thread=result.thread,
        outcome=SendOutcome.SHOWN if is_card else None,
    )


def _failed(reason: str, outcome: SendOutcome) -> Settlement:
    return Settlement(state=SendState.FAILED, reason=reason, outcome=outcome)


def _unsure(shipment: Shipment, reason: str, capabilities: Capabilities, now: datetime) -> Settlement:
    if not shipment.is_first:
        return Settlement(state=SendState.IDLE, next_try_at=now, reason=reason)
    if capabilities.verify:
        return Settlement(state=SendState.UNSURE, next_try_at=now + capabilities.settles, reason=reason)
    return settle_unsure(shipment, None)
