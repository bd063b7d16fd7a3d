"""The names of the one workspace and app, and how a message is looked at."""

from typing import Any

Json = dict[str, Any]

TEAM, APP, BOT_USER, BOT_ID = "T0FIRST", "A0FIRST", "U0BOT", "B0BOT"
TOKEN, APP_TOKEN = "xoxb-1111-2222-abcdefgh", "xapp-1-A0FIRST-1111-abcdef"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def buttons_of(message: Json) -> list[Json]:
    """The buttons and options on show in a message, each as it is sent when it is used."""
    found: list[Json] = []
    for block in message.get("blocks") or []:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            if element["type"] == "button":
                found.append(element)
            found += [
                {
                    "type": element["type"],
                    "action_id": element["action_id"],
                    "text": option["text"],
                    "selected_option": option,
                }
                for option in element.get("options", [])
            ]
    return found
