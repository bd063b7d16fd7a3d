"""Proves by asking that Telegram is set up as it must be: token, groups, rights, webhook. For `firstline doctor`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from adapters.telegram.api import Account, Api, ApiError
from adapters.telegram.refusals import judge
from adapters.telegram.watching import find_trouble
from bot.ports import SendClass
from config.channels import TelegramMode

MANUAL = (
    "What only the real Telegram shows: that a customer's first message is answered, that a claim in the group reaches "
    "him, and that the bot may react to messages."
)


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
        yield await _check_webhook(api, mode, now)
        for group, team in groups.items():
            yield await _check_group(api, group, team, known)
    except ApiError as error:
        is_token = judge(error).became is SendClass.ACCOUNT
        fix = "ask BotFather for the token and set it again" if is_token else "let this machine reach Telegram"
        yield Finding(part="telegram", good=False, says=str(error), fix=fix)
    finally:
        await api.close()


async def _check_webhook(api: Api, mode: TelegramMode, now: float) -> Finding:
    answer = await api.call("getWebhookInfo")
    info = answer if isinstance(answer, dict) else {}
    if trouble := find_trouble(info, now):
        return Finding(part="telegram updates", good=False, says=trouble, fix="see that public_url reaches this server")
    url = str(info.get("url") or "")
    says = "the webhook is set" if url else "no webhook; updates are asked for"
    if mode is TelegramMode.WEBHOOK and not url:
        says = "no webhook yet; the next start sets it"
    return Finding(part="telegram updates", good=True, says=says)


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
    if rights.get("status") != "administrator" or not rights.get("can_manage_topics"):
        fix = "make the bot an administrator who may manage topics, pin and delete messages"
        return Finding(part=part, good=False, says=title, fix=fix)
    return Finding(part=part, good=True, says=title)
