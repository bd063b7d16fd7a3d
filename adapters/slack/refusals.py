"""What the platform's refusals mean for a send. Pure; the words are the platform's."""

import re
from collections.abc import Mapping

from adapters.slack.api import ApiError, LostError, NotSentError, RefusedError
from bot.ports import SendClass, SendResult

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message"})
"""What stands there can be changed no more."""
DONE = frozenset({"already_reacted", "no_reaction"})
FORM = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "no_text",
        "metadata_too_large",
    }
)
"""Refused for how it looks: once more as plain text."""
THREAD = frozenset({"thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"})

_CLASSES: Mapping[SendClass, frozenset[str]] = {
    SendClass.WAIT: frozenset({"ratelimited", "rate_limited"}),
    SendClass.UNSURE: frozenset({"internal_error", "fatal_error", "service_unavailable"}),
    SendClass.NOT_SENT: frozenset({"request_timeout"}),
    SendClass.ACCOUNT: frozenset(
        {
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "missing_scope",
            "ekm_access_denied",
        }
    ),
    SendClass.PLACE_GONE: frozenset({"channel_not_found", "not_in_channel", "is_archived", "restricted_action"})
    | THREAD,
    SendClass.PERSON_GONE: frozenset(
        {"user_not_found", "user_not_visible", "messages_tab_disabled", "cannot_dm_bot", "user_disabled"}
    ),
    SendClass.CONTENT: FORM,
}


def judge(error: ApiError) -> SendResult:
    """What became of a send that ended with this error; a word that nobody knows is a refusal for good."""
    match error:
        case NotSentError():
            return SendResult(became=SendClass.NOT_SENT, reason=str(error))
        case RefusedError():
            became = next((each for each, words in _CLASSES.items() if error.error in words), SendClass.CONTENT)
            return SendResult(became=became, wait=wait_of(error), reason=str(error))
        case LostError():
            return SendResult(became=SendClass.UNSURE, reason=str(error))
    return SendResult(became=SendClass.UNSURE, reason=str(error))


def wait_of(error: RefusedError) -> float:
    """The seconds that a refusal asks to wait; 0 where no good number was given."""
    found = re.fullmatch(r"\s*(\d{1,9})(?:\.\d+)?\s*", error.wait)
    return float(found[1]) if found else 0.0
