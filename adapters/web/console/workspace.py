"""The three panes: what is read for them, and the fragments that are fetched again when something changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from adapters.desk.knowledge import find_articles, suggest_articles
from adapters.desk.lines import Queue, View, build_queue
from adapters.desk.scope import is_in_scope, is_read_by_others
from adapters.storage import views
from adapters.storage.sessions import write_audit
from adapters.storage.visits import read_seen
from adapters.web.console.facts import Past, build_card_view, build_history, build_person
from adapters.web.console.messages import SendingState
from adapters.web.console.rights import Right, may
from adapters.web.console.search import LONGEST, find_lines
from adapters.web.console.showing import HEADERS, fragment, page, problems_of
from adapters.web.console.talks import Talk, build_talk, pick_news
from adapters.web.console.visit import RING, Visit
from adapters.web.uploads import fetched_response, file_response
from bot.model import Conversation, Message, PlaceRole

LONGEST_QUERY = 300
CLOSED_STAYS = timedelta(days=7)
"""How long a closed conversation still stands in the queue."""


async def show_start(visit: Visit) -> Response:
    """The queue with no conversation open; who has no part in it comes to what he has a part in."""
    if not may(visit.agent.roles, Right.WORK):
        return RedirectResponse(
            "/console/desk" if may(visit.agent.roles, Right.OPERATE) else "/console/password", status_code=303
        )
    queue = await read_queue(visit, "")
    return page(visit, "workspace.html", page="queue", queue=queue, talk=None)


async def show_talk(visit: Visit) -> Response:
    """The queue with one conversation open beside it; its address never changes."""
    conversation = await get_in_scope(visit)
    await _audit_reading(visit, conversation)
    talk = await read_talk(visit, conversation)
    queue = await read_queue(visit, conversation.id)
    return page(
        visit,
        "workspace.html",
        page="queue",
        queue=queue,
        talk=talk,
        card=build_card_view(conversation, visit.reader),
        person=build_person(conversation, visit.reader),
        history=await _read_history(visit, conversation),
        found=suggest_articles(visit.reader, conversation),
        asked=False,
    )


async def show_queue(visit: Visit) -> Response:
    """The left pane alone."""
    return fragment(visit, "queue.html", queue=await read_queue(visit, ""))


async def show_news(visit: Visit) -> Response:
    """What a browser lacks of the open conversation: new messages, changed ones, and the head."""
    conversation = await get_in_scope(visit)
    talk = await read_talk(visit, conversation)
    news = pick_news(talk, _number(visit, "version"), _number(visit, "number"))
    return fragment(visit, "news.html", talk=talk, fresh=news.fresh, revised=news.changed)


async def show_card(visit: Visit) -> Response:
    """The card, the customer and the earlier conversations."""
    conversation = await get_in_scope(visit)
    talk = build_talk(conversation, (), {}, visit.reader)
    return fragment(
        visit,
        "card.html",
        talk=talk,
        card=build_card_view(conversation, visit.reader),
        person=build_person(conversation, visit.reader),
        history=await _read_history(visit, conversation),
    )


async def show_knowledge(visit: Visit) -> Response:
    """Articles for what the agent searches, or for the customer's last words."""
    conversation = await get_in_scope(visit)
    asked = visit.request.query_params.get("q", "").strip()[:LONGEST_QUERY]
    talk = build_talk(conversation, (), {}, visit.reader)
    reader = visit.reader
    found = find_articles(reader, conversation, asked) if asked else suggest_articles(reader, conversation)
    return fragment(visit, "knowledge.html", talk=talk, found=found, asked=bool(asked))


async def reveal(visit: Visit) -> Response:
    """A masked value of the customer in clear; that it was looked at is written down."""
    conversation = await get_in_scope(visit)
    name = visit.field("name")
    if name not in conversation.customer.fields:
        raise visit.refuse("not_found", "console_not_found")
    now, agent, subject = visit.reader.now, visit.agent.key, f"conversation:{conversation.id}"
    await visit.services.db.write(lambda conn: write_audit(conn, agent, "show", subject, now, name))
    return PlainTextResponse(escape(str(conversation.customer.fields[name])), headers=HEADERS)


async def show_banner(visit: Visit) -> Response:
    """What is wrong with a newer desk folder, if it was refused."""
    return fragment(visit, "banner.html", **problems_of(visit))


async def send_file(visit: Visit) -> Response:
    """A file that came with a message of a conversation in scope, as a download."""
    conversation = await get_in_scope(visit)
    id_ = visit.request.path_params["file"]
    messages = await read_messages(visit, conversation)
    wanted = next((file for message in messages for file in message.attachments if file.id == id_), None)
    stored = visit.services.files.find(id_) if wanted else None
    if stored is not None:
        return file_response(stored)
    fetched = await fetched_response(wanted, visit.services.fetchers) if wanted else None
    if fetched is None:
        raise visit.refuse("not_found", "console_not_found")
    return fetched


async def get_in_scope(visit: Visit) -> Conversation:
    """The conversation that the address names, without its messages. The only way to one in this console.

    Raises:
        RefusedError: `not_found`: there is none, or it is not for this agent; both look the same.
    """
    id_ = visit.request.path_params["id"]
    conversation = await visit.services.db.read(lambda conn: views.find_talk(conn, id_))
    if conversation is None or not is_in_scope(visit.agent, conversation):
        raise visit.refuse("not_found", "console_not_found")
    return conversation


async def read_talk(visit: Visit, conversation: Conversation) -> Talk:
    """A conversation with all its messages, as this reader sees it."""
    messages = await read_messages(visit, conversation)
    sends = await visit.services.db.read(lambda conn: views.read_sends(conn, conversation.id))
    by_message: defaultdict[int, list[SendingState]] = defaultdict(list)
    for send in sends:
        if send.role is PlaceRole.DESK:
            continue
        by_message[send.message].append(
            SendingState(
                delivery=send.delivery,
                channel=send.channel.capitalize(),
                state=send.state,
                behind=send.behind,
                reason=send.reason,
            )
        )
    seen = await visit.services.db.read(lambda conn: read_seen(conn, conversation.id))
    return build_talk(conversation, messages, by_message, visit.reader, seen=seen)


async def read_messages(visit: Visit, conversation: Conversation) -> tuple[Message, ...]:
    """All messages of a conversation that is in scope."""
    return await visit.services.db.read(lambda conn: views.read_messages(conn, conversation.id))


async def read_queue(visit: Visit, current: str) -> Queue:
    """The queue in the view that the address names, or what is found for what it asks."""
    since = visit.reader.now - CLOSED_STAYS
    conversations = await visit.services.db.read(lambda conn: views.read_open(conn, closed_since=since))
    wanted = visit.request.query_params.get("view", "")
    view = View(wanted) if wanted in set(View) else _first_view(conversations, visit)
    queue = build_queue(conversations, view, current, visit.reader)
    asked = visit.request.query_params.get("q", "").strip()[:LONGEST]
    return replace(queue, asked=asked, lines=await find_lines(visit, asked)) if asked else queue


def _first_view(conversations: Sequence[Conversation], visit: Visit) -> View:
    """Mine, if there is something in it; else what waits for anybody."""
    mine = build_queue(conversations, View.MINE, "", visit.reader)
    return View.MINE if mine.lines else View.UNASSIGNED


async def _read_history(visit: Visit, conversation: Conversation) -> tuple[Past, ...]:
    earlier = await visit.services.db.read(lambda conn: views.read_earlier(conn, conversation))
    return build_history([each for each in earlier if is_in_scope(visit.agent, each)], visit.reader)


async def _audit_reading(visit: Visit, conversation: Conversation) -> None:
    if RING in visit.request.headers or not is_read_by_others(visit.agent, conversation):
        return
    now, agent = visit.reader.now, visit.agent.key
    await visit.services.db.write(lambda conn: write_audit(conn, agent, "read", f"conversation:{conversation.id}", now))


def _number(visit: Visit, name: str) -> int:
    text = visit.request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
