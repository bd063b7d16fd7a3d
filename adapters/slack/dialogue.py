"""What agents are told while they fill in a form or type `/desk`: the form itself, its choices, what is wrong with it.

Asked before a payload is stored, because the platform shows what it is told in the acknowledgement; what is refused
here leaves no row. Nothing here changes a conversation: what a form asks for goes through the inbox like any act.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.desk.knowledge import ShownReply, build_replies, find_articles, suggest_articles
from adapters.desk.reader import Reader
from adapters.desk.view import DeskView, say_earlier
from adapters.slack import forms
from adapters.slack.desk_command import DeskCommand
from adapters.slack.forms import Filled, Form, Option
from adapters.slack.pace import CHANGE
from adapters.slack.payload import CHANNEL, Json, Known, dicts_in
from adapters.slack.people import DESK_COMMAND, where_and_who
from adapters.slack.send import SlackChannel
from adapters.storage.inbox import find_lane
from adapters.storage.staff import list_colleagues
from adapters.storage.store import SqlStore
from adapters.storage.views import find_conversation, read_earlier
from bot.agents import say_refusal
from bot.current import CurrentDesk
from bot.model import SYSTEM, Address, Author, Conversation, Event, Unknown
from bot.ports import Clock
from escalation.handoff import owner_of
from escalation.rights import Act, Refusal, find_refusal

MOST_UNDER_WAY = 100
MOST_EARLIER = 10
"""Earlier conversations of a customer that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the platform is told in the acknowledgement."""

    says: Mapping[str, object] | str = ""
    stores: bool = True
    """Whether what came in is to take effect."""


class Dialogue:
    """Answers agents at once."""

    def __init__(self, channel: SlackChannel, store: SqlStore, current: CurrentDesk, clock: Clock) -> None:
        self._channel, self._store, self._current, self._clock = channel, store, current, clock
        self._command = DeskCommand(store)
        self._tasks: set[asyncio.Task[bool]] = set()

    async def answer(self, payload: Json, known: Known, events: Sequence[Event]) -> Reply:
        """What somebody is told at once; most payloads get no word."""
        match payload.get("type"):
            case "view_submission" if events or known.agents:
                return await self._take_form(payload, known)
            case "block_suggestion":
                return Reply(says=forms.show_options(await self._search(payload, known)), stores=False)
            case "block_actions" if known.agents:
                await self._open_forms(payload, known)
            case None if payload.get("command") == DESK_COMMAND:
                return Reply(says=await self._command.answer(payload, known, self._view()), stores=False)
            case None if known.direct and known.site:
                link = f"{known.site}archives/{known.direct}"
                return Reply(says=self._view().say("write_privately", link=link))
        return Reply()

    async def stop(self) -> None:
        """Leaves what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _view(self) -> DeskView:
        return DeskView(desk=self._current.desk, now=self._clock.now())

    async def _open_forms(self, payload: Json, known: Known) -> None:
        """Opens the form that was chosen on a card; it must be open within three seconds, so nothing waits for it."""
        chat, thread, user = where_and_who(payload)
        author = known.agents.get(user)
        for action in dicts_in(payload.get("actions")):
            chosen = action.get("selected_option")
            form = forms.read_opening(chosen.get("value") if isinstance(chosen, dict) else action.get("value"))
            if form is None or author is None or len(self._tasks) >= MOST_UNDER_WAY:
                continue
            task = asyncio.create_task(self._open(form, (chat, thread), author, user, str(payload.get("trigger_id"))))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open(self, form: Form, where: tuple[str, str], author: Author, user: str, trigger: str) -> bool:
        talk, view = await self._find(where), self._view()
        if talk is None:
            return False
        refusal = self._refuse(forms.RIGHTS[form], author, talk, view)
        if refusal:
            await self._channel.hint(_address(where), user, f"⚠ {refusal}")
            return False
        shown = await self._build(form, where, talk, self._reader(author, view), view)
        return await self._channel.try_call(CHANGE, "views.open", trigger_id=trigger, view=shown)

    async def _build(
        self, form: Form, where: tuple[str, str], talk: Conversation, reader: Reader, view: DeskView
    ) -> Mapping[str, object]:
        if form is Form.ASSIGN:
            team = talk.handoff.team if talk.handoff else ""
            agents = await self._store.db.read(lambda conn: list_colleagues(conn, team))
            colleagues = [Option(label=agent.name, value=agent.id) for agent in agents]
            return forms.assign_form(where, colleagues, view) if colleagues else forms.empty_form(where, form, view)
        if form is Form.HISTORY:
            earlier = await self._store.db.read(lambda conn: read_earlier(conn, talk, MOST_EARLIER))
            lines = [say_earlier(each) for each in earlier]
            return forms.history_form(where, lines, view) if lines else forms.empty_form(where, form, view)
        return _build_choice(form, where, talk, reader, view)

    async def _take_form(self, payload: Json, known: Known) -> Reply:
        """Says what is wrong with a form, or shows the next one; a good one closes by itself and is stored."""
        try:
            filled = forms.read_filled(payload["view"])
        except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
            return Reply()
        author = known.agents.get(where_and_who(payload)[2])
        talk, view = await self._find((filled.chat, filled.thread)), self._view()
        if author is None or talk is None:
            return _wrong(filled, view.say(Refusal.UNKNOWN.value))
        reader = self._reader(author, view)
        if filled.form is Form.REPLY:
            reply = next((each for each in build_replies(talk, reader) if each.id == filled.values.get("reply")), None)
            if reply is None:
                return _wrong(filled, view.say(Refusal.UNKNOWN.value))
            return Reply(says={"response_action": "update", "view": _show_text(filled, reply, view)}, stores=False)
        wrong = self._refuse(forms.RIGHTS[filled.form], author, talk, view) or _find_gap(filled, reader)
        return _wrong(filled, wrong) if wrong else Reply()

    async def _search(self, payload: Json, known: Known) -> list[Option]:
        chat, thread, user = where_and_who(payload)
        author, talk = known.agents.get(user), await self._find((chat, thread))
        if author is None or talk is None:
            return []
        reader, typed = self._reader(author, self._view()), str(payload.get("value") or "")
        found = find_articles(reader, talk, typed) if typed.strip() else suggest_articles(reader, talk)
        return [Option(label=f"{each.title} · {each.language}", value=each.id) for each in found if each.can_send]

    async def _find(self, where: tuple[str, str]) -> Conversation | None:
        """The conversation of a thread."""
        asked = Event(key="", at=_address(where), author=SYSTEM, body=Unknown(kind="asked"), sent_at=self._clock.now())
        id_ = (await self._store.db.read(lambda conn: find_lane(conn, asked)))[1]
        return None if id_ is None else await self._store.db.read(lambda conn: find_conversation(conn, id_))

    def _refuse(self, act: str, author: Author, talk: Conversation, view: DeskView) -> str:
        owner = owner_of(talk, view.desk.policy, view.now)
        refusal = find_refusal(Act(act), author, talk, owner)
        return "" if refusal is None else say_refusal(refusal, talk, view.desk, view.now)

    def _reader(self, author: Author, view: DeskView) -> Reader:
        return Reader(agent=author, desk=view.desk, language=view.desk.default_language, now=view.now)


def _address(where: tuple[str, str]) -> Address:
    return Address(channel=CHANNEL, chat=where[0], thread=where[1])


def _build_choice(
    form: Form, where: tuple[str, str], talk: Conversation, reader: Reader, view: DeskView
) -> Mapping[str, object]:
    """The forms for which nothing need be asked."""
    match form:
        case Form.NOTE:
            return forms.note_form(where, view)
        case Form.DENY | Form.TAKE_OVER:
            return forms.reason_form(where, form, view)
        case Form.TRANSFER:
            others = [id_ for id_ in view.desk.policy.teams if talk.handoff is None or id_ != talk.handoff.team]
            teams = [Option(label=view.team(id_), value=id_) for id_ in others]
            return forms.transfer_form(where, teams, view) if teams else forms.empty_form(where, form, view)
        case Form.ARTICLE:
            return forms.article_form(where, view)
        case _:
            replies = [Option(label=each.title or each.shortcut, value=each.id) for each in build_replies(talk, reader)]
            return forms.reply_form(where, replies, view) if replies else forms.empty_form(where, form, view)


def _show_text(filled: Filled, reply: ShownReply, view: DeskView) -> Mapping[str, object]:
    gaps = view.say("console_values_missing", names=reply.missing) if reply.missing else ""
    hints = (gaps, reply.own_text, f"→ {reply.then}" if reply.then else "")
    return forms.reply_text_form((filled.chat, filled.thread), reply.id, reply.text, hints, view)


def _find_gap(filled: Filled, reader: Reader) -> str:
    """What a form still lacks, in words."""
    values = filled.values
    if filled.form in (Form.NOTE, Form.REPLY_TEXT) and not values.get("text"):
        return reader.say(Refusal.EMPTY.value)
    if filled.form in (Form.TRANSFER, Form.TAKE_OVER, Form.DENY) and not values.get("reason"):
        return reader.say(Refusal.NO_REASON.value)
    if filled.form is Form.REPLY_TEXT and ("{{" in values["text"] or "{%" in values["text"]):
        return reader.say("console_values_missing", names="{{ }}")
    if filled.form is Form.TRANSFER and values.get("team") not in reader.desk.policy.teams:
        return reader.say(Refusal.UNKNOWN.value)
    return ""


def _wrong(filled: Filled, words: str) -> Reply:
    return Reply(says={"response_action": "errors", "errors": {filled.field: words}}, stores=False)
