"""The menu of commands that Telegram shows beside the field for writing: one for each language of the desk."""

from adapters.telegram.api import Api, ApiError
from adapters.telegram.read import COMMANDS
from bot.desk import Desk

_KEYS = {"human": "talk_to_human", "help": "show_topics", "cancel": "stop", "language": "console_language"}
"""Which phrase tells what a command does."""


async def show_menus(api: Api, desk: Desk) -> None:
    """Sets the menus of private chats. Best effort: commands work without them."""
    for language in ("", *desk.languages):
        commands = [
            {"command": name, "description": desk.phrases.plain(_KEYS[name], language or desk.default_language)}
            for name in COMMANDS
            if name in _KEYS
        ]
        scope = {"type": "all_private_chats"}
        try:
            await api.call("setMyCommands", commands=commands, scope=scope, language_code=language or None)
        except ApiError:
            return
