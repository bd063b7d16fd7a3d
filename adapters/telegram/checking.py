"""Proves by asking that Telegram is set up as it must be: token, groups, rights, webhook. For `firstline doctor`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from adapters.telegram.api import CONNECT_SECONDS, REQUEST_SECONDS, Account, Api, ApiError
from adapters.telegram.refusals import judge
from adapters.telegram.watching import find_trouble
from bot.ports import SendClass
from config.channels import TelegramMode

MANUAL = (
    "What only the real Telegram shows: that a customer's first message is answered, that a claim in the group reaches "
    "him, and that the bot may react to messages."
)


RIGHTS = {
    "can_manage_topics": "manage topics",
    "can_pin_messages": "pin messages",
    "can_delete_messages": "delete messages",
}
"""What the bot must be allowed to do in a group, as the platform and as people call it."""
SKEW_TOLD, SKEW_BAD = 60.0, 300.0
"""Seconds by which our clock may differ from Telegram's before it is told, and before it is a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    part: str
    good: bool
    says: str
    fix: str = ""


async def check_telegram(
    account: Account, mode: TelegramMode, groups: Mapping[str, str], now: float
) -> AsyncIterator[Finding]:
    """Looks at a bot and at the groups of the teams.

    Args:
        account: The bot.
        mode: How updates are to reach us.
        groups: The agents' groups, each with the name of a team in it.
        now: Seconds since 1970.
    """
    api = Api(account)
    try:
        me = await api.call("getMe")
        known = me if isinstance(me, dict) else {}
        yield Finding(part="telegram", good=True, says=f"@{known.get('username', '')}")
        yield await _check_clock(account, now)
        yield await _check_webhook(api, mode, now)
        for group, team in groups.items():
            yield await _check_group(api, group, team, known)
        if groups:
            yield _say_privacy(known)
    except ApiError as error:
        is_token = judge(error).became is SendClass.ACCOUNT
        fix = "ask BotFather for the token and set it again" if is_token else "let this machine reach Telegram"
        yield Finding(part="telegram", good=False, says=str(error), fix=fix)
    finally:
        await api.close()


async def _check_clock(account: Account, now: float) -> Finding:
    """Whether our clock goes as Telegram's does: it stands at the head of every answer."""
    part = "telegram clock"
    limits = httpx.Timeout(REQUEST_SECONDS, connect=CONNECT_SECONDS)
    try:
        async with httpx.AsyncClient(timeout=limits) as client:
            answer = await client.get(f"{account.base_url}{account.token}/getMe")
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (httpx.HTTPError, KeyError, ValueError):
        return Finding(part=part, good=True, says="Telegram does not tell its time")
    skew = now - theirs
    if abs(skew) <= SKEW_TOLD:
        return Finding(part=part, good=True, says="as Telegram's")
    says = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Telegram's"
    return Finding(part=part, good=abs(skew) <= SKEW_BAD, says=says, fix="set the machine's clock; use NTP")


async def _check_webhook(api: Api, mode: TelegramMode, now: float) -> Finding:
    part, answer = "telegram updates", await api.call("getWebhookInfo")
    info = answer if isinstance(answer, dict) else {}
    if trouble := find_trouble(info, now):
        fix = "see that public_url reaches this server with a good certificate, on port 443, 80, 88 or 8443"
        if mode is TelegramMode.POLLING or not info.get("last_error_date"):
            fix = "start the server, or see in its log why it does not take them"
        return Finding(part=part, good=False, says=trouble, fix=fix)
    waiting = f"; {info.get('pending_update_count', 0)} updates wait"
    match mode, bool(info.get("url")):
        case TelegramMode.WEBHOOK, False:
            says = "no webhook yet; the next start sets it"
        case TelegramMode.POLLING, True:
            says = "a webhook is set; the next start takes it away"
        case TelegramMode.WEBHOOK, _:
            says = "the webhook is set"
        case _:
            says = "no webhook; updates are asked for"
    return Finding(part=part, good=True, says=says + waiting)


def _say_privacy(me: Mapping[str, object]) -> Finding:
    """Whether the bot reads what is written in groups: an administrator does, whatever its privacy mode."""
    reads_all = bool(me.get("can_read_all_group_messages"))
    says = "off" if reads_all else "on; as an administrator of its group the bot reads everything all the same"
    return Finding(part="telegram privacy mode", good=True, says=says)


async def _check_group(api: Api, group: str, team: str, me: Mapping[str, object]) -> Finding:
    """Whether a group can be a desk: private, with topics, and the bot an administrator who may manage them."""
    part = f"telegram group of {team}"
    try:
        chat = await api.call("getChat", chat_id=int(group))
        member = await api.call("getChatMember", chat_id=int(group), user_id=me.get("id"))
    except (ApiError, ValueError) as error:
        return Finding(
            part=part, good=False, says=f"{group}: {error}", fix="add the bot to the group; check the number"
        )
    found, rights = (each if isinstance(each, dict) else {} for each in (chat, member))
    title = str(found.get("title") or group)
    if not found.get("is_forum"):
        return Finding(part=part, good=False, says=title, fix="switch topics on in the group's settings")
    if found.get("username"):
        return Finding(part=part, good=False, says=f"{title} is public", fix="make the group private")
    missing = [words for name, words in RIGHTS.items() if not rights.get(name)]
    if rights.get("status") != "administrator":
        missing = list(RIGHTS.values())
    if missing:
        fix = f"make the bot an administrator who may {', '.join(missing)}"
        return Finding(part=part, good=False, says=title, fix=fix)
    return Finding(part=part, good=True, says=title)
