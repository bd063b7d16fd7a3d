"""The menus of commands that Telegram shows beside the field for writing: in each language, and for agents."""

from adapters.telegram.api import Api, ApiError
from adapters.telegram.read import COMMANDS
from bot.desk import Desk

_OF_AGENTS = {
    "claim": "console_claim",
    "more": "console_more",
    "r": "console_canned_replies",
    "find": "console_search_knowledge",
    "transfer": "console_transfer",
    "release": "console_release",
    "bot": "console_back_to_bot",
    "resolve": "console_resolve",
    "next": "console_next",
    "mine": "console_mine",
    "away": "console_away",
    "back": "console_available",
}
"""What agents can type, with the phrase that tells what it does."""
_KEYS = {"human": "talk_to_human", "help": "show_topics", "cancel": "stop", "language": "console_language"}
"""Which phrase tells what a command does."""


async def show_menus(api: Api, desk: Desk) -> None:
    """Sets the menus of private chats and of the agents' groups. Best effort: commands work without them."""
    customers = {name: _KEYS[name] for name in COMMANDS if name in _KEYS}
    menus = [({"type": "all_private_chats"}, customers, language) for language in ("", *desk.languages)]
    groups = {team.telegram for team in desk.policy.teams.values() if team.telegram}
    menus += [({"type": "chat", "chat_id": group}, _OF_AGENTS, "") for group in sorted(groups)]
    for scope, keys, language in menus:
        commands = [
            {"command": name, "description": desk.phrases.plain(key, language or desk.default_language)}
            for name, key in keys.items()
        ]
        try:
            await api.call("setMyCommands", commands=commands, scope=scope, language_code=language or None)
        except ApiError:
            return
