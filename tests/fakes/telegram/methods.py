"""The methods of the Bot API: what each one checks and does. A refusal carries the platform's own words."""

from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.entities import UnparsableError, parse, units
from tests.fakes.telegram.platform import Chat, FakeTelegram, Json, Topic

TEXT_LIMIT, CAPTION_LIMIT, MOST_ENTITIES, DATA_LIMIT = 4096, 1024, 100, 64
EDITABLE_SECONDS = 48 * 3600
REACTIONS = {"👍", "👎", "❤", "🔥", "🎉", "🤔", "👌", "🙈", "✍", "👀", "🙏", "😢", "💯"}
"""Some of those that a bot may use, with all that ours does."""


RIGHTS = ("can_manage_topics", "can_pin_messages", "can_delete_messages")


class RefusedError(Exception):
    """The platform does not do it."""

    def __init__(self, description: str, code: int = 400, **parameters: object) -> None:
        """Takes words, status and parameters."""
        super().__init__(description)
        self.description, self.code, self.parameters = description, code, parameters


class Methods:
    """What the bot can ask for."""

    def __init__(self, fake: FakeTelegram) -> None:
        self._fake = fake

    def find(self, name: str) -> Callable[[Json], Any] | None:
        """The method of this name, in any case of letters."""
        own = f"do{name.lower()}"
        return next((getattr(self, each) for each in dir(self) if each.replace("_", "") == own), None)

    def _do_get_me(self, _: Json) -> Json:
        fake = self._fake
        return fake.bot.json | {
            "username": fake.username,
            "can_join_groups": True,
            "can_read_all_group_messages": fake.reads_all,
        }

    def _do_delete_webhook(self, given: Json) -> bool:
        if given.get("drop_pending_updates"):
            self._fake.complaints.append("pending updates were dropped")
        self._fake.webhook = {}
        return True

    def _do_set_webhook(self, given: Json) -> bool:
        self._fake.webhook = dict(given)
        self._fake.allowed = list(given.get("allowed_updates", self._fake.allowed))
        self._fake.news.set()
        return True

    def _do_get_webhook_info(self, _: Json) -> Json:
        hook = self._fake.webhook
        return {
            "url": hook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._fake.updates),
            **(
                {"last_error_date": int(self._fake.now()), **hook_error}
                if (hook_error := self._fake.hook_error)
                else {}
            ),
            **({"max_connections": hook["max_connections"]} if "max_connections" in hook else {}),
            **({"allowed_updates": hook["allowed_updates"]} if "allowed_updates" in hook else {}),
        }

    def _do_set_my_commands(self, _: Json) -> bool:
        return True

    def _do_get_chat(self, given: Json) -> Json:
        chat = self._chat(given)
        rest = {"username": chat.username} if chat.username else {}
        return chat.json | rest | {"accent_color_id": 0, "max_reaction_count": 1}

    def _do_get_chat_member(self, given: Json) -> Json:
        chat, user = self._chat(given), given["user_id"]
        if user == self._fake.bot.id:
            rights = {name: name not in chat.bot_lacks for name in RIGHTS} if chat.bot_status == "administrator" else {}
            return {"status": chat.bot_status, "user": self._fake.bot.json, **rights}
        status = "member" if user in chat.members else "left"
        return {"status": status, "user": self._fake.people[user].json}

    def _do_send_chat_action(self, given: Json) -> bool:
        self._writable(given)
        return True

    def _do_send_message(self, given: Json) -> Json:
        chat, thread = self._writable(given)
        text = self._text(given, "text", TEXT_LIMIT)
        if not text.strip():
            raise RefusedError("Bad Request: message text is empty")
        return self._post(chat, thread, {"text": text}, given)

    def _do_send_photo(self, given: Json) -> Json:
        return self._post_file(given, "photo", 10)

    def _do_send_document(self, given: Json) -> Json:
        return self._post_file(given, "document", 50)

    def _do_send_video(self, given: Json) -> Json:
        return self._post_file(given, "video", 50)

    def _do_edit_message_text(self, given: Json) -> Json:
        chat = self._chat(given)
        message = chat.messages.get(given["message_id"])
        if message is None or message["from"]["id"] != self._fake.bot.id:
            raise RefusedError("Bad Request: message to edit not found")
        if self._fake.now() - message["date"] > EDITABLE_SECONDS:
            raise RefusedError("Bad Request: message can't be edited")
        text = self._text(given, "text", TEXT_LIMIT)
        markup = self._markup(given)
        if message.get("text") == text and message.get("reply_markup", {}) == markup:
            raise RefusedError(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        message["text"] = text
        message.pop("reply_markup", None)
        if markup:
            message["reply_markup"] = markup
        return message

    def _do_delete_message(self, given: Json) -> bool:
        chat = self._chat(given)
        message = chat.messages.get(given["message_id"])
        if message is None:
            raise RefusedError("Bad Request: message to delete not found")
        if self._fake.now() - message["date"] > EDITABLE_SECONDS:
            raise RefusedError("Bad Request: message can't be deleted")
        del chat.messages[given["message_id"]]
        return True

    def _do_pin_chat_message(self, given: Json) -> bool:
        chat = self._chat(given)
        if given["message_id"] not in chat.messages:
            raise RefusedError("Bad Request: message to pin not found")
        if chat.kind != "private" and "can_pin_messages" in chat.bot_lacks:
            raise RefusedError("Bad Request: not enough rights to manage pinned messages in the chat")
        chat.pinned.append(given["message_id"])
        return True

    def _do_set_message_reaction(self, given: Json) -> bool:
        chat = self._chat(given)
        if given["message_id"] not in chat.messages:
            raise RefusedError("Bad Request: message to react not found")
        signs = [each["emoji"] for each in given.get("reaction", [])]
        if len(signs) > 1 or not set(signs) <= REACTIONS:
            raise RefusedError("Bad Request: REACTION_INVALID")
        chat.reactions[given["message_id"]] = signs
        return True

    def _do_answer_callback_query(self, given: Json) -> bool:
        if len(given.get("text", "")) > 200:
            raise RefusedError("Bad Request: MESSAGE_TOO_LONG")
        query = given["callback_query_id"]
        if self._fake.queries.get(query, True):
            raise RefusedError("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._fake.queries[query] = True
        return True

    def _do_create_forum_topic(self, given: Json) -> Json:
        chat = self._managed(given)
        if not 1 <= len(given["name"]) <= 128:
            raise RefusedError("Bad Request: TOPIC_TITLE_INVALID")
        number = chat.next_message
        chat.next_message += 1
        chat.topics[number] = Topic(name=given["name"])
        return {"message_thread_id": number, "name": given["name"], "icon_color": 7322096}

    def _do_edit_forum_topic(self, given: Json) -> bool:
        topic = self._topic(given)
        if topic.name == given.get("name"):
            raise RefusedError("Bad Request: TOPIC_NOT_MODIFIED")
        topic.name = given["name"]
        return True

    def _do_close_forum_topic(self, given: Json) -> bool:
        return self._set_open(given, is_open=False)

    def _do_reopen_forum_topic(self, given: Json) -> bool:
        return self._set_open(given, is_open=True)

    def _do_get_file(self, given: Json) -> Json:
        if given["file_id"] not in self._fake.files:
            raise RefusedError("Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self._fake.files[given["file_id"]]) > 20 * 2**20:
            raise RefusedError("Bad Request: file is too big")
        return {"file_id": given["file_id"], "file_unique_id": "u", "file_path": f"documents/{given['file_id']}"}

    def _set_open(self, given: Json, *, is_open: bool) -> bool:
        topic = self._topic(given)
        if topic.is_open == is_open:
            raise RefusedError("Bad Request: TOPIC_NOT_MODIFIED")
        topic.is_open = is_open
        return True

    def _chat(self, given: Json) -> Chat:
        chat = self._fake.chats.get(given["chat_id"])
        if chat is None:
            raise RefusedError("Bad Request: chat not found")
        if chat.moved_to:
            raise RefusedError(
                "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to
            )
        if chat.bot_status == "kicked":
            raise RefusedError("Forbidden: bot was kicked from the supergroup chat", 403)
        return chat

    def _managed(self, given: Json) -> Chat:
        chat = self._chat(given)
        if not chat.is_forum:
            raise RefusedError("Bad Request: the chat is not a forum")
        if chat.bot_status != "administrator" or "can_manage_topics" in chat.bot_lacks:
            raise RefusedError("Bad Request: not enough rights to create a topic")
        return chat

    def _topic(self, given: Json) -> Topic:
        topic = self._managed(given).topics.get(given["message_thread_id"])
        if topic is None:
            raise RefusedError("Bad Request: message thread not found")
        return topic

    def _writable(self, given: Json) -> tuple[Chat, int]:
        chat = self._chat(given)
        if chat.kind == "private":
            if chat.is_blocked:
                raise RefusedError("Forbidden: bot was blocked by the user", 403)
            if chat.is_deactivated:
                raise RefusedError("Forbidden: user is deactivated", 403)
            if not chat.is_started:
                raise RefusedError("Forbidden: bot can't initiate conversation with a user", 403)
        thread = given.get("message_thread_id", 0)
        if thread:
            topic = chat.topics.get(thread)
            if topic is None or not chat.is_forum:
                raise RefusedError("Bad Request: message thread not found")
            if not topic.is_open and chat.bot_status != "administrator":
                raise RefusedError("Bad Request: TOPIC_CLOSED")
        return chat, thread

    def _text(self, given: Json, name: str, limit: int) -> str:
        text = str(given.get(name, ""))
        count = 0
        if given.get("parse_mode") == "HTML":
            try:
                text, count = parse(text)
            except UnparsableError as error:
                raise RefusedError(f"Bad Request: can't parse entities: {error}") from error
        if units(text) > limit:
            raise RefusedError("Bad Request: message is too long")
        if count > MOST_ENTITIES:
            self._fake.complaints.append(f"{count} marks in one message")
        return text

    def _markup(self, given: Json) -> Json:
        markup: Json = given.get("reply_markup") or {}
        for row in markup.get("inline_keyboard", []):
            for button in row:
                if not button.get("text"):
                    raise RefusedError("Bad Request: inline keyboard button text is empty")
                if len(button.get("callback_data", "").encode()) > DATA_LIMIT:
                    raise RefusedError("Bad Request: BUTTON_DATA_INVALID")
                if "callback_data" not in button and "url" not in button:
                    raise RefusedError("Bad Request: BUTTON_TYPE_INVALID")
        return markup

    def _post(self, chat: Chat, thread: int, content: Json, given: Json) -> Json:
        markup = self._markup(given)
        reply = given.get("reply_parameters") or {}
        if reply and reply["message_id"] not in chat.messages and not reply.get("allow_sending_without_reply"):
            raise RefusedError("Bad Request: message to be replied not found")
        more = {"reply_markup": markup} if markup else {}
        return self._fake.post(chat, thread, content | more)

    def _post_file(self, given: Json, kind: str, megabytes: int) -> Json:
        chat, thread = self._writable(given)
        self._text(given, "caption", CAPTION_LIMIT)
        content = given[kind]
        if isinstance(content, bytes):
            if len(content) > megabytes * 2**20:
                raise RefusedError("Request Entity Too Large", 413)
            if not content:
                raise RefusedError("Bad Request: file must be non-empty")
            content = self._fake.uploads(content)
        elif content not in self._fake.files:
            raise RefusedError("Bad Request: wrong file identifier/HTTP URL specified")
        file: Json = {"file_id": content, "file_unique_id": "u"}
        shown: Any = [file | {"width": 1, "height": 1}] if kind == "photo" else file
        caption = {"caption": given["caption"]} if given.get("caption") else {}
        return self._post(chat, thread, {kind: shown} | caption, given)
