"""What the platform refuses: judged by slack_sdk's own models and by the limits in the documents."""

import json
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

KNOWN = {
    "chat.postMessage": {
        "channel", "text", "blocks", "thread_ts", "metadata", "unfurl_links", "unfurl_media", "link_names", "parse",
        "mrkdwn", "reply_broadcast", "username", "icon_url", "attachments",
    },
    "chat.update": {"channel", "ts", "text", "blocks", "metadata", "link_names", "parse", "attachments"},
    "chat.delete": {"channel", "ts"},
    "chat.postEphemeral": {"channel", "user", "text", "blocks", "thread_ts", "link_names", "parse"},
    "conversations.history": {"channel", "oldest", "latest", "inclusive", "limit", "cursor", "include_all_metadata"},
    "conversations.replies": {
        "channel", "ts", "oldest", "latest", "inclusive", "limit", "cursor", "include_all_metadata",
    },
    "conversations.open": {"users", "channel", "return_im"},
    "conversations.info": {"channel", "include_num_members", "include_locale"},
    "users.info": {"user"},
    "reactions.add": {"channel", "timestamp", "name"},
    "reactions.remove": {"channel", "timestamp", "name"},
    "files.getUploadURLExternal": {"filename", "length", "alt_txt", "snippet_type"},
    "files.completeUploadExternal": {"files", "channel_id", "thread_ts", "initial_comment"},
    "files.info": {"file"},
    "files.delete": {"file"},
    "views.open": {"trigger_id", "view"},
    "views.update": {"view_id", "view", "hash", "external_id"},
    "views.publish": {"user_id", "view", "hash"},
    "conversations.list": {"types", "limit", "cursor", "exclude_archived"},
    "auth.test": set(),
    "apps.connections.open": set(),
}  # fmt: skip
"""The methods there are and what they take."""
ANYWHERE = {"token", "team_id"}
"""What any method takes besides; Slack's own clients say it."""


MOST_IN_BLOCKS = 13_200
"""Characters of all blocks of a message together; not in the documents, but held by the platform."""
MOST_METADATA = 8_000

SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.open": "im:write",
    "conversations.list": "im:read",
    "users.info": "users:read",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.info": "files:read",
}
"""What a method needs to be allowed, whatever it speaks of."""
BY_KIND = {"conversations.history": "history", "conversations.replies": "history", "conversations.info": "read"}
"""Methods that need another right for each kind of channel."""


def find_missing_scope(method: str, given: dict[str, Any], granted: frozenset[str]) -> str:
    """The right that the app lacks for a request; empty if it lacks none."""
    needed = SCOPES.get(method, "")
    if method in BY_KIND:
        kind = {"D": "im", "G": "groups"}.get(str(given.get("channel"))[:1], "channels")
        needed = f"{kind}:{BY_KIND[method]}"
    return "" if needed in granted else needed


def find_fault(method: str, given: dict[str, Any]) -> str:
    """The platform's word for what is wrong with a request; empty if nothing is."""
    if method not in ("chat.postMessage", "chat.update"):
        return ""
    text, blocks = given.get("text") or "", given.get("blocks") or []
    if not text and not blocks:
        return "no_text"
    if len(text) > 40_000:
        return "msg_too_long"
    if len(blocks) > 50 or not all(_is_good(block) for block in blocks):
        return "invalid_blocks"
    ids = [element.get("action_id") for block in blocks for element in block.get("elements", [])]
    named = [each for each in ids if each]
    if len(named) != len(set(named)):
        return "invalid_blocks"
    if len(json.dumps(given.get("metadata") or {})) > MOST_METADATA:
        return "metadata_too_large"
    return "msg_blocks_too_long" if sum(_length_of(block) for block in blocks) > MOST_IN_BLOCKS else ""


def _length_of(value: Any) -> int:
    """Characters of all texts in a block."""
    match value:
        case str():
            return 0
        case {"text": str(text)}:
            return len(text)
        case dict():
            return sum(_length_of(each) for each in value.values())
        case list():
            return sum(_length_of(each) for each in value)
    return 0


def find_view_fault(view: dict[str, Any]) -> str:
    """The platform's word for what is wrong with a form or a page; empty if nothing is."""
    try:
        parsed = View(**{name: value for name, value in view.items() if name != "errors"})
        parsed.validate_json()
    except (SlackObjectFormationError, TypeError, ValueError):
        return "invalid_arguments"
    known = {"type", "callback_id", "private_metadata", "title", "submit", "close", "blocks", "notify_on_close"}
    if set(view) - known or not all(_is_good(block) for block in view["blocks"]):
        return "invalid_arguments"
    has_input = any(block["type"] == "input" for block in view["blocks"])
    named = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    if view["type"] == "modal" and (not view.get("title") or (has_input and not view.get("submit"))):
        return "invalid_arguments"
    return "invalid_arguments" if len(named) != len(set(named)) else ""


def _is_good(block: Any) -> bool:
    try:
        parsed = Block.parse(dict(block))
        if parsed is None:
            return False
        parsed.validate_json()
        for element in getattr(parsed, "elements", None) or ():
            element.validate_json()
    except (SlackObjectFormationError, TypeError, ValueError):
        return False
    texts = [block.get("text"), *(each.get("text") for each in block.get("elements", []))]
    return all(text is None or isinstance(text, str) or 0 < len(text["text"]) <= 3_000 for text in texts)
