"""Looks whether Telegram still reaches the webhook, and says so in health."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from adapters.telegram.api import Api, ApiError
from adapters.telegram.receive import PART
from bot.health import Health

EVERY = 60.0
TOO_MANY = 1_000
RECENT = 300.0
"""Seconds for which an error that Telegram tells of counts."""


async def watch_webhook(api: Api, health: Health, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Asks once a minute, for ever."""
    while True:
        await sleep(EVERY)
        try:
            info = await api.call("getWebhookInfo")
        except ApiError as error:
            health.set(PART, ok=False, reason=str(error))
            continue
        trouble = find_trouble(info if isinstance(info, dict) else {}, time.time())
        health.set(PART, ok=not trouble, reason=trouble)


def find_trouble(info: dict[str, object], now: float) -> str:
    """What is wrong with the webhook by Telegram's own account; empty if nothing is.

    Args:
        info: The answer to `getWebhookInfo`.
        now: Seconds since 1970.
    """
    pending, failed_at = info.get("pending_update_count"), info.get("last_error_date")
    if isinstance(failed_at, int) and now - failed_at < RECENT:
        return f"Telegram cannot reach the webhook: {info.get('last_error_message', '')}"
    if isinstance(pending, int) and pending > TOO_MANY:
        return f"{pending} updates wait at Telegram."
    return ""
