"""Makes events of payloads. Pure: the same payload gives the same events, whatever it holds.

Here is what customers do in direct messages and in threads of channels; what happens in an agents' channel is read by
`read_desk`. What is not understood becomes `unknown`, never an error. Another workspace's or app's gives no event.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.slack.forms import OPEN
from adapters.slack.payload import (
    CHANNEL,
    Json,
    Known,
    customer_of,
    dicts_in,
    files_of,
    id_of,
    is_own,
    moment_of,
    order_of,
    read_mrkdwn,
    team_of,
    text_of,
    without_mention,
)
from adapters.slack.read_desk import read_desk_form, read_desk_message, read_desk_press
from adapters.storable import storable
from bot.model import (
    SYSTEM,
    Address,
    Author,
    AuthorKind,
    Body,
    Commanded,
    Deleted,
    Edited,
    Event,
    Opened,
    Pressed,
    Reacted,
    Said,
    Unknown,
)

COMMANDS = ("help", "human", "cancel", "language", "privacy")
SUBTYPES = (None, "file_share", "thread_broadcast", "me_message")
"""Messages that somebody really wrote; every other subtype is something that the platform says."""
LINK = "link:"
"""Begins the action id of a button that opens a page; its press is nothing to us."""
_COMMAND = re.compile(r"\s*[/!]([a-z]+)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_SIGNS = {"+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What a payload says, before it has the keys that every event has."""

    at: Address
    author: Author
    body: Body
    key: str
    content: str = ""
    ts: object = ""
    """The platform's moment of it."""


def read_payload(payload: Json, known: Known, now: datetime) -> list[Event]:
    """The events of a payload of any kind: one from the events, a press, a slash command.

    Args:
        payload: As the platform sent it, read from JSON or from a form.
        known: The workspace, the bot, the agents' channels and the agents who speak.
        now: When it came in, for what has no moment of its own.
    """
    if is_foreign(payload, known):
        return []
    kind = kind_of(payload)
    try:
        found = [_of_this_team(each, known) for each in _read(storable(payload), known)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError, StopIteration):
        found = [_unknown(payload, known, kind)]
    return [
        Event(
            key=each.key,
            content_key=each.content,
            at=each.at,
            order=order_of(each.ts),
            author=each.author,
            body=each.body,
            sent_at=moment_of(each.ts, now),
        )
        for each in found
    ]


def is_foreign(payload: Json, known: Known) -> bool:
    """Whether it speaks of another workspace, or is meant for another app."""
    app = payload.get("api_app_id")
    if known.app and app and app != known.app:
        return True
    team = team_of(payload)
    teams = [team, *(each.get("team_id") for each in dicts_in(payload.get("authorizations")))]
    return bool(known.team) and team is not None and known.team not in teams


def kind_of(payload: Json) -> str:
    """What the platform calls this kind of payload."""
    event = payload.get("event")
    if isinstance(event, dict):
        return ":".join(str(each) for each in (event.get("type"), event.get("subtype")) if each)[:64]
    return str(payload.get("type") or payload.get("command") or "empty")[:64]


def _of_this_team(found: Happening, known: Known) -> Happening:
    """Customers' addresses name the workspace; a desk's is named by its channel alone."""
    if found.at.chat in known.desks:
        return found
    return replace(found, at=replace(found.at, account=known.team))


def _unknown(payload: Json, known: Known, kind: str, author: Author = SYSTEM) -> Happening:
    event = payload.get("event")
    ts = event.get("event_ts", "") if isinstance(event, dict) else ""
    key = str(payload.get("event_id") or payload.get("trigger_id") or _digest_of(payload))[:200]
    at = Address(channel=CHANNEL, account=known.team, chat="")
    return Happening(at=at, author=author, body=Unknown(kind=kind), key=key, ts=ts)


def _digest_of(payload: Json) -> str:
    """A key for what the platform gave none: the same bytes come to the same row."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()


def _read(payload: Json, known: Known) -> Iterator[Happening]:
    match payload.get("type"):
        case "event_callback":
            yield from _read_event(payload, known)
        case "block_actions":
            yield from _read_presses(payload, known)
        case "view_submission":
            yield from _read_form(payload, known)
        case "block_suggestion":
            return
        case None if "command" in payload:
            yield _read_slash(payload, known)
        case _:
            yield _unknown(payload, known, kind_of(payload))


def _read_event(payload: Json, known: Known) -> Iterator[Happening]:
    event: Json = payload["event"]
    found: Happening | None = None
    match event["type"]:
        case "message" | "app_mention":
            if _is_ours(event, known):
                return
            found = _read_message(payload, event, known)
        case "reaction_added" | "reaction_removed":
            if event.get("user") == known.user:
                return
            found = _read_reaction(payload, event, known)
        case "app_home_opened" if event.get("tab") == "messages" and known.direct_messages:
            found = Happening(
                at=Address(channel=CHANNEL, chat=id_of(event["channel"])),
                author=customer_of(id_of(event["user"]), known),
                body=Opened(entry="home"),
                key=id_of(payload["event_id"]),
                ts=event.get("event_ts"),
            )
    yield found or _unknown(payload, known, kind_of(payload), _author_of_other(event))


def _author_of_other(event: Json) -> Author:
    is_bot = bool(event.get("bot_id")) or event.get("subtype") == "bot_message"
    return Author(kind=AuthorKind.BOT, key=str(event.get("bot_id") or "")) if is_bot else SYSTEM


def _is_ours(event: Json, known: Known) -> bool:
    inner = event.get("message") or event.get("previous_message") or {}
    return is_own(event, known) or (isinstance(inner, dict) and is_own(inner, known))


def _read_message(payload: Json, event: Json, known: Known) -> Happening | None:
    """Somebody's words, an edit or a withdrawal; None if it is nothing that concerns us."""
    subtype = event.get("subtype")
    message, body = _body_of(event, subtype, known)
    if message is None or message.get("bot_id") or not message.get("user"):
        return None
    chat, ts = id_of(event["channel"]), id_of(message["ts"])
    if not order_of(ts):
        raise ValueError("ts is no moment")
    content = f"{known.team}:{chat}:{ts}"
    if isinstance(body, Edited):
        content += f":{(message.get('edited') or {}).get('ts')}"
    elif isinstance(body, Deleted):
        content += ":deleted"
    key = id_of(payload["event_id"])
    moment = event.get("event_ts") or ts
    if chat in known.desks:
        desk = read_desk_message(message, chat, body, known)
        at, author, act = desk if desk else (Address(channel=CHANNEL, chat=chat), SYSTEM, Unknown(kind="outside"))
        return Happening(at=at, author=author, body=act, key=key, content=content, ts=moment)
    thread = str(message.get("thread_ts") or "")
    is_direct = event.get("channel_type") == "im" or chat.startswith("D")
    if is_direct:
        thread = thread if thread != ts else ""
        if not known.direct_messages:
            return None
    else:
        thread = thread or ts
        if not _concerns_us(message, f"{chat}:{thread}", known):
            return None
    author = customer_of(id_of(message["user"]), known)
    at = Address(channel=CHANNEL, chat=chat, thread=thread)
    return Happening(at=at, author=author, body=_as_command(body), key=key, content=content, ts=moment)


def _body_of(event: Json, subtype: object, known: Known) -> tuple[Json | None, Body]:
    """The message that an event speaks of, and what happened to it."""
    match subtype:
        case "message_changed":
            message, former = event["message"], event.get("previous_message") or {}
            if message.get("subtype") == "tombstone":
                return {**former, "ts": message["ts"], "user": former.get("user")}, Deleted(target=id_of(message["ts"]))
            text = text_of(message, known.names)
            if "edited" not in message or text == text_of(former, known.names):
                return None, Unknown(kind="unchanged")
            return message, Edited(target=id_of(message["ts"]), text=_without_bot(message, known))
        case "message_deleted":
            former, ts = event.get("previous_message") or {}, id_of(event["deleted_ts"])
            return {**former, "ts": ts}, Deleted(target=ts)
        case _ if subtype in SUBTYPES:
            text, files = _without_bot(event, known), files_of(event)
            if not text.strip() and not files and not without_mention(str(event.get("text") or ""), known.user)[1]:
                return None, Unknown(kind="empty")
            thread = str(event.get("thread_ts") or "")
            return event, Said(text=text, attachments=files, external_id=id_of(event["ts"]), reply_to=thread)
    return None, Unknown(kind=str(subtype))


def _without_bot(message: Json, known: Known) -> str:
    raw = message.get("text")
    stripped = without_mention(raw, known.user)[0] if isinstance(raw, str) and raw else raw
    return text_of({**message, "text": stripped}, known.names) if stripped or not raw else ""


def _concerns_us(message: Json, thread: str, known: Known) -> bool:
    """In a channel: the person whose conversation stands in the thread, or whoever begins one with a mention."""
    customer = known.customers.get(thread)
    if customer is not None:
        return bool(customer == message["user"])
    return known.mentions and without_mention(str(message.get("text") or ""), known.user)[1]


def _as_command(body: Body) -> Body:
    """A known command typed as text; a mention without words opens the talk."""
    if not isinstance(body, Said) or body.attachments:
        return body
    if not body.text.strip():
        return Opened(entry="mention")
    found = _COMMAND.fullmatch(body.text)
    name = found[1].lower() if found else ""
    if found is None or name not in COMMANDS:
        return body
    rest = (found[2] or "").strip()
    return Commanded(name=name, args={"to": rest} if rest else {}, text=body.text, external_id=body.external_id)


def _read_reaction(payload: Json, event: Json, known: Known) -> Happening | None:
    item: Json = event["item"]
    if item.get("type") != "message":
        return None
    chat = id_of(item["channel"])
    if not chat.startswith("D") or not known.direct_messages:
        return None
    sign = (_SIGNS.get(str(event["reaction"]).partition("::")[0], f":{event['reaction']}:"),)
    is_added = event["type"] == "reaction_added"
    target = id_of(item["ts"])
    return Happening(
        at=Address(channel=CHANNEL, chat=chat),
        author=customer_of(id_of(event["user"]), known),
        body=Reacted(target=target, added=sign if is_added else (), removed=() if is_added else sign),
        key=id_of(payload["event_id"]),
        ts=event.get("event_ts"),
    )


def _read_presses(payload: Json, known: Known) -> Iterator[Happening]:
    """Each button or menu that was used. The message may be gone; the container still says where it stood."""
    user, container = id_of(payload["user"]["id"]), payload.get("container") or {}
    message: Json = payload.get("message") or {}
    direct = known.direct if container.get("type") == "view" else ""
    chat = id_of((payload.get("channel") or {}).get("id") or direct or container["channel_id"])
    ts = str(message.get("ts") or container.get("message_ts") or "")
    thread = str(message.get("thread_ts") or container.get("thread_ts") or "")
    for action in payload["actions"]:
        action_id, action_ts = str(action["action_id"]), str(action.get("action_ts") or payload.get("trigger_id"))
        if action_id.startswith(LINK) or (value := _value_of(action)).startswith(OPEN):
            continue
        key = f"{known.team}:{user}:{action_ts}:{action_id}"[:200]
        if chat in known.desks:
            desk = read_desk_press(user, chat, thread or ts, value, known)
            if desk is not None:
                yield Happening(at=desk[0], author=desk[1], body=desk[2], key=key, ts=action_ts)
            continue
        is_direct = chat.startswith("D")
        place = (thread if thread != ts else "") if is_direct else thread or ts
        yield Happening(
            at=Address(channel=CHANNEL, chat=chat, thread=place),
            author=customer_of(user, known),
            body=Pressed(value=value),
            key=key,
            ts=action_ts,
        )


def _value_of(action: Json) -> str:
    """What was pressed or chosen; a box says by itself whether it was ticked."""
    if action.get("type") == "checkboxes":
        chosen = dicts_in(action.get("selected_options"))
        return f"tick:{'yes' if chosen else 'no'}:{str(action['action_id']).partition(':')[2]}"
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    if not isinstance(value, str):
        raise TypeError("no value")
    return value


def _read_form(payload: Json, known: Known) -> Iterator[Happening]:
    """A form that somebody has filled in; each time it is sent counts once."""
    user, view = id_of(payload["user"]["id"]), payload["view"]
    desk = read_desk_form(user, view, known)
    if desk is not None and desk[0].chat in known.desks:
        key = f"{id_of(view['id'])}:{view.get('hash')}"[:200]
        yield Happening(at=desk[0], author=desk[1], body=desk[2], key=key)


def _read_slash(payload: Json, known: Known) -> Happening:
    """A slash command; whatever channel it was typed in, the answer comes in the direct chat."""
    user, text = id_of(payload["user_id"]), read_mrkdwn(str(payload.get("text") or ""), known.names).strip()
    if not known.direct:
        return _unknown(payload, known, "command without a direct chat")
    word, _, rest = text.partition(" ")
    body: Body
    if not text:
        body = Opened(entry="command")
    elif word.lower() in COMMANDS:
        args = {"to": rest.strip()} if rest.strip() else {}
        body = Commanded(name=word.lower(), args=args, text=text)
    else:
        body = Said(text=text)
    return Happening(
        at=Address(channel=CHANNEL, chat=known.direct),
        author=customer_of(user, known),
        body=body,
        key=id_of(payload["trigger_id"]),
    )
