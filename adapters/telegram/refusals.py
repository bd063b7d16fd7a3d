"""What the platform's refusals mean for a send. Pure; the texts are the platform's, compared without case."""

import re
from collections.abc import Mapping
from enum import StrEnum

from adapters.telegram.api import LostError, NotSentError, RefusedError
from bot.ports import SendClass, SendResult


class Snag(StrEnum):
    """Refusals that a send can get past by itself, in another way."""

    MARKUP = "can't parse entities"
    """Once more as plain text."""
    TOPIC_GONE = "message thread not found"
    """The topic is opened anew, once."""
    TOPIC_CLOSED = "topic_closed"
    """The topic is reopened."""
    REPLY_GONE = "replied message not found"
    """Once more without the link to what it replies to."""
    MIGRATED = "group chat was upgraded"
    UNCHANGED = "message is not modified"
    CANNOT_EDIT = "can't be edited"
    CANNOT_DELETE = "can't be deleted"
    MARK = "reaction_invalid"


_SNAGS: Mapping[str, Snag] = {
    "can't parse entities": Snag.MARKUP,
    "message thread not found": Snag.TOPIC_GONE,
    "topic_deleted": Snag.TOPIC_GONE,
    "topic_id_invalid": Snag.TOPIC_GONE,
    "topic_closed": Snag.TOPIC_CLOSED,
    "topic is closed": Snag.TOPIC_CLOSED,
    "replied message not found": Snag.REPLY_GONE,
    "message to be replied not found": Snag.REPLY_GONE,
    "message to reply not found": Snag.REPLY_GONE,
    "upgraded to a supergroup": Snag.MIGRATED,
    "message is not modified": Snag.UNCHANGED,
    "message to delete not found": Snag.UNCHANGED,
    "topic_not_modified": Snag.UNCHANGED,
    "message to edit not found": Snag.CANNOT_EDIT,
    "message can't be edited": Snag.CANNOT_EDIT,
    "message can't be deleted": Snag.CANNOT_DELETE,
    "reaction_invalid": Snag.MARK,
}
_CLASSES: tuple[tuple[int, tuple[str, ...], SendClass], ...] = (
    (403, ("blocked", "deactivated", "can't initiate"), SendClass.PERSON_GONE),
    (403, ("kicked", "not a member", "not enough rights"), SendClass.PLACE_GONE),
    (
        400,
        (
            "chat not found",
            "not enough rights",
            "chat_admin_required",
            "have no rights",
            "chat_write_forbidden",
            "not a forum",
        ),
        SendClass.PLACE_GONE,
    ),
    (400, ("user is deactivated", "peer_id_invalid"), SendClass.PERSON_GONE),
)


def find_snag(error: Exception) -> Snag | None:
    """Which of the refusals it is that a send can get past by itself, if any."""
    if not isinstance(error, RefusedError):
        return None
    if error.parameters.get("migrate_to_chat_id"):
        return Snag.MIGRATED
    said = error.description.casefold()
    return next((snag for words, snag in _SNAGS.items() if words in said), None) if error.code == 400 else None


def judge(error: Exception) -> SendResult:
    """What became of a send that ended with this error.

    Raises:
        Exception: The error itself, if it is none of a request.
    """
    match error:
        case NotSentError():
            return SendResult(became=SendClass.NOT_SENT, reason=str(error))
        case LostError():
            return SendResult(became=SendClass.UNSURE, reason=str(error))
        case RefusedError():
            return _judge_refusal(error)
    raise error


def _judge_refusal(error: RefusedError) -> SendResult:
    said = error.description.casefold()
    if error.code == 429:
        return SendResult(became=SendClass.WAIT, wait=wait_of(error), reason=str(error))
    if error.code in (401, 404):
        return SendResult(became=SendClass.ACCOUNT, reason=f"Telegram does not know the token: {error}")
    for code, words, became in _CLASSES:
        if error.code == code and any(each in said for each in words):
            return SendResult(became=became, reason=str(error))
    if error.code == 403:
        return SendResult(became=SendClass.PLACE_GONE, reason=str(error))
    if find_snag(error) is Snag.TOPIC_GONE:
        return SendResult(became=SendClass.PLACE_GONE, reason=str(error))
    return SendResult(became=SendClass.CONTENT, reason=str(error))


def wait_of(error: RefusedError) -> float:
    """The seconds a refusal asks to wait; 0 where no good number was given.

    The words carry the number too, which counts where the parameter is missing.
    """
    given = error.parameters.get("retry_after")
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return max(float(given), 0.0)
    found = re.search(r"retry after (\d+)", error.description.casefold())
    if found and given is None:
        return float(found[1])
    return 0.0
