"""What agents are shown in their group when they ask: sheets below a card, what waits, what they have.

All of it is best effort and follows what has been stored; nothing here changes a conversation. What a sheet does goes
through the inbox like any act. Being away is written at once: it is about the agent.
"""

from collections.abc import Callable, Iterable

from adapters.desk.knowledge import build_replies, find_articles, suggest_articles
from adapters.desk.lines import Line, View, build_queue
from adapters.desk.reader import Reader
from adapters.desk.view import DeskView, say_earlier
from adapters.storage.inbox import find_lane
from adapters.storage.staff import list_colleagues, set_available
from adapters.storage.store import SqlStore
from adapters.storage.views import find_conversation, read_earlier, read_open
from adapters.telegram import sheets
from adapters.telegram.payload import CHANNEL, Json, Known, topic_of
from adapters.telegram.read_desk import OF_AGENTS, OF_TOPICS, read_order
from adapters.telegram.render import Keyboard
from adapters.telegram.send import TelegramChannel
from adapters.telegram.sheets import OF_CARDS, Sheet, Shown
from bot.agents import say_refusal
from bot.model import SYSTEM, Address, Author, Commanded, Conversation, Event, PlaceRole, Role, Unknown
from escalation.handoff import owner_of
from escalation.rights import Act, find_refusal

MOST = 10
"""Conversations in one answer."""
RIGHTS = {
    Sheet.TEAMS: Act.TRANSFER,
    Sheet.TEAM: Act.TRANSFER,
    Sheet.COLLEAGUES: Act.ASSIGN,
    Sheet.TAKE_OVER: Act.TAKE_OVER,
    Sheet.REPLIES: Act.REPLY,
    Sheet.REPLY: Act.REPLY,
    Sheet.ARTICLES: Act.ARTICLE,
    Sheet.ARTICLE: Act.ARTICLE,
    Sheet.DENY: Act.DENY,
    Sheet.STEPS: Act.TICK,
    Sheet.HISTORY: Act.NOTE,
    Sheet.MORE: Act.NOTE,
}
"""The act that somebody must be free to do for a sheet to be shown to him."""
_MORE = {
    Sheet.REPLIES: "console_canned_replies",
    Sheet.ARTICLES: "console_send_article",
    Sheet.STEPS: "console_checklist",
    Sheet.TEAMS: "console_transfer",
    Sheet.COLLEAGUES: "console_assign",
    Sheet.TAKE_OVER: "console_take_over",
    Sheet.HISTORY: "console_earlier_conversations",
}


class Dialogue:
    """Shows agents what they ask for."""

    def __init__(self, channel: TelegramChannel, store: SqlStore, view: Callable[[], DeskView]) -> None:
        self._channel, self._store, self._view = channel, store, view

    def say_way(self, language: str, username: str) -> str:
        """Where customers can write to the bot, in a language if the desk speaks it."""
        desk = self._view().desk
        spoken = language if language in desk.languages else desk.default_language
        return desk.phrases.plain("write_privately", spoken, link=f"https://t.me/{username}")

    async def answer(self, update: Json, event: Event, known: Known) -> None:
        """Answers one update of an agent that has been stored and, if it asks for an act, has had its effect."""
        query = update.get("callback_query")
        message = (query or {}).get("message") if query else update.get("message")
        if not isinstance(message, dict):
            return
        order = None if query else read_order(message, known)
        if isinstance(event.body, Commanded):
            await self._go_on(message, event, is_press=bool(query))
        elif query:
            await self._turn(message, query.get("data"), event.author)
        elif order and order[0] in OF_AGENTS:
            await self._tell(message, order[0], event.author)
        elif order:
            asked = message.get("reply_to_message")
            instead = asked if isinstance(asked, dict) and sheets.is_sheet(asked) else None
            await self._show(message, OF_TOPICS[order[0]], order[1], event.author, instead)

    async def _go_on(self, message: Json, event: Event, *, is_press: bool) -> None:
        """A sheet has done what it is for and goes; the steps stay, to be ticked further."""
        sheet = message if is_press else message.get("reply_to_message")
        if not isinstance(sheet, dict) or not sheets.is_sheet(sheet):
            return
        if is_press and isinstance(event.body, Commanded) and event.body.name == Act.TICK:
            await self._show(message, Sheet.STEPS, "", event.author, message)
        else:
            await self._delete(sheet)

    async def _turn(self, message: Json, data: object, author: Author) -> None:
        """Shows another sheet in the place of the one that was pressed; below a card, as a message of its own."""
        found = sheets.read_sheet(data)
        if found is None:
            return
        sheet, about = found
        if sheet is Sheet.CLOSE:
            await self._delete(message)
            return
        await self._show(message, sheet, about, author, None if sheet in OF_CARDS.values() else message)

    async def _show(self, message: Json, sheet: Sheet, about: str, author: Author, instead: Json | None) -> None:
        talk, view = await self._find(message), self._view()
        if talk is None:
            return
        if refusal := _refuse(RIGHTS[sheet], author, talk, view):
            await self._say(message, f"⚠ {refusal}")
            return
        shown = await self._build(sheet, about, talk, author, view)
        if shown is None:
            return
        if instead is not None:
            where = {"chat_id": int(message["chat"]["id"]), "message_id": int(instead["message_id"])}
            markup = {"inline_keyboard": shown.keyboard}
            chat = str(message["chat"]["id"])
            await self._channel.try_call(chat, "editMessageText", text=shown.text, reply_markup=markup, **where)
        else:
            await self._say(message, shown.text, shown.keyboard)

    async def _build(
        self, sheet: Sheet, about: str, talk: Conversation, author: Author, view: DeskView
    ) -> Shown | None:
        reader = _reader(author, view)
        match sheet:
            case Sheet.MORE:
                free = [(each, key) for each, key in _MORE.items() if not _refuse(RIGHTS[each], author, talk, view)]
                return sheets.show_more(free, view)
            case Sheet.TEAMS:
                own = talk.handoff.team if talk.handoff else ""
                return sheets.show_teams([team for team in view.desk.policy.teams if team != own], view)
            case Sheet.TEAM:
                return sheets.ask_why(sheet, about, f"→ {view.team(about)}", view)
            case Sheet.TAKE_OVER | Sheet.DENY:
                return sheets.ask_why(sheet, "", view.say(f"console_{sheet}"), view)
            case Sheet.COLLEAGUES:
                return sheets.show_colleagues(await self._read_colleagues(talk), view)
            case Sheet.HISTORY:
                return sheets.show_history(await self._read_history(talk), view)
            case Sheet.STEPS:
                return sheets.show_steps(talk.handoff.checklist if talk.handoff else (), view)
            case _:
                return _build_words(sheet, about, talk, reader, view)

    async def _tell(self, message: Json, order: str, author: Author) -> None:
        """What is about the agent himself: what he has, what waits, whether he is there."""
        view = self._view()
        if not {Role.AGENT, Role.SUPERVISOR} & set(author.roles):
            await self._say(message, f"⚠ {view.say('refused_no_right')}")
        elif order in ("away", "back"):
            is_back = order == "back"
            await self._store.db.write(lambda conn: set_available(conn, author.key, available=is_back))
            await self._say(message, view.say("console_available" if is_back else "console_away"))
        else:
            await self._list(message, View.MINE if order == "mine" else View.UNASSIGNED, author, view)

    async def _list(self, message: Json, which: View, author: Author, view: DeskView) -> None:
        talks = await self._store.db.read(read_open)
        lines = build_queue(talks, which, "", _reader(author, view)).lines
        lines = lines[: MOST if which is View.MINE else 1]
        if not lines:
            await self._say(message, view.say("console_nobody_waiting" if which is View.UNASSIGNED else "console_none"))
            return
        text = "\n".join(f"#{line.number} {line.name} · {line.words} · {line.age}" for line in lines)
        ways = [(f"#{line.number}", url) for line in lines if (url := await self._find_way(line))]
        await self._say(message, text[: sheets.LONGEST_TEXT], [[{"text": number, "url": url} for number, url in ways]])

    async def _find_way(self, line: Line) -> str:
        """The address of a conversation's topic; empty if it has none here."""
        talk = await self._store.db.read(lambda conn: find_conversation(conn, line.id))
        for place in talk.places if talk else ():
            at = place.address
            if place.role is PlaceRole.DESK and place.live and at.channel == CHANNEL and at.thread:
                return f"https://t.me/c/{at.chat.removeprefix('-100')}/{at.thread}"
        return ""

    async def _find(self, message: Json) -> Conversation | None:
        """The conversation of the topic that a message stands in."""
        at = Address(channel=CHANNEL, chat=str(message["chat"]["id"]), thread=topic_of(message))
        asked = Event(key="", at=at, author=SYSTEM, body=Unknown(kind="asked"), sent_at=self._view().now)
        id_ = (await self._store.db.read(lambda conn: find_lane(conn, asked)))[1]
        return None if id_ is None else await self._store.db.read(lambda conn: find_conversation(conn, id_))

    async def _read_colleagues(self, talk: Conversation) -> list[tuple[str, str]]:
        team = talk.handoff.team if talk.handoff else ""
        agents = await self._store.db.read(lambda conn: list_colleagues(conn, team))
        return [(agent.id, agent.name) for agent in agents]

    async def _read_history(self, talk: Conversation) -> list[str]:
        earlier: Iterable[Conversation] = await self._store.db.read(lambda conn: read_earlier(conn, talk, MOST))
        return [say_earlier(each) for each in earlier]

    async def _delete(self, message: Json) -> None:
        chat = str(message["chat"]["id"])
        where = {"chat_id": int(chat), "message_id": int(message["message_id"])}
        await self._channel.try_call(chat, "deleteMessage", **where)

    async def _say(self, message: Json, text: str, keyboard: Keyboard | None = None) -> None:
        """Says something in the topic of a message, or beside the topics where it stands in none."""
        thread, chat = topic_of(message), str(message["chat"]["id"])
        await self._channel.try_call(
            chat,
            "sendMessage",
            chat_id=int(chat),
            message_thread_id=int(thread) if thread else None,
            text=text,
            reply_markup={"inline_keyboard": keyboard} if keyboard and keyboard[0] else None,
        )


def _build_words(sheet: Sheet, about: str, talk: Conversation, reader: Reader, view: DeskView) -> Shown | None:
    """The sheets from which words are sent to the customer."""
    if sheet is Sheet.REPLIES:
        return sheets.show_replies(
            [(each.id, each.title or each.shortcut) for each in build_replies(talk, reader)], view
        )
    if sheet is Sheet.REPLY:
        reply = next((each for each in build_replies(talk, reader) if each.id == about), None)
        if reply is None:
            return None
        gaps = view.say("console_values_missing", names=reply.missing) if reply.missing else ""
        send = (view.say("console_send_to", name=reader.name_of(talk)), f"act:reply:{reply.id}")
        lines = (reply.text, reply.own_text, f"→ {reply.then}" if reply.then else "", gaps)
        return sheets.show_text(lines, None if reply.missing else send, view)
    if sheet is Sheet.ARTICLES:
        found = find_articles(reader, talk, about) if about else suggest_articles(reader, talk)
        return sheets.show_articles([(each.id, each.title) for each in found], view)
    article = view.desk.articles.get(about)
    named = find_articles(reader, talk, reader.pick(article.title, reader.language)) if article else ()
    known = next((each for each in named if each.id == about), None)
    if known is None:
        return None
    send = (view.say("console_send_article"), f"act:article:{known.id}")
    inside = view.say("console_internal_only") if known.is_internal else ""
    return sheets.show_text((known.title, known.text, inside), send if known.can_send else None, view)


def _refuse(act: Act, author: Author, talk: Conversation, view: DeskView) -> str:
    refusal = find_refusal(act, author, talk, owner_of(talk, view.desk.policy, view.now))
    return "" if refusal is None else say_refusal(refusal, talk, view.desk, view.now)


def _reader(author: Author, view: DeskView) -> Reader:
    return Reader(agent=author, desk=view.desk, language=view.desk.default_language, now=view.now)
