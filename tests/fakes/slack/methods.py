"""What each method of the Web API does in the workspace."""

import json
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.judging import find_view_fault
from tests.fakes.slack.platform import APP, BOT_ID, BOT_USER, TEAM, Channel, FakeSlack, Json

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer


class RefusedError(Exception):
    """The platform does not do it; its word for why."""


class Methods:
    """The methods of one workspace."""

    def __init__(self, fake: FakeSlack, server: "SlackServer") -> None:
        self._fake, self._server = fake, server

    def answer(self, method: str, given: Json) -> Json:
        """Carries a request out; raises for what the platform refuses."""
        name = method.replace(".", "_").lower()
        answer: Json = getattr(self, f"_{name}")(given)
        self._fake.touch()
        return answer

    def _auth_test(self, _: Json) -> Json:
        names = {"team": "First", "user": "firstline", "url": f"{self._fake.url}/"}
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, **names}

    def _apps_connections_open(self, _: Json) -> Json:
        return {"url": self._server.url.replace("http", "ws") + "/socket"}

    def _users_info(self, given: Json) -> Json:
        if given["user"] not in self._fake.users:
            raise RefusedError("user_not_found")
        return {"user": self._fake.users[given["user"]]}

    def _conversations_open(self, given: Json) -> Json:
        return {"channel": {"id": self._fake.direct(given["users"])}}

    def _conversations_info(self, given: Json) -> Json:
        channel = self._fake.channels.get(given["channel"])
        if channel is None:
            raise RefusedError("channel_not_found")
        named = {"id": channel.id, "name": channel.id.lower(), "is_archived": channel.archived}
        return {"channel": {**named, "is_member": BOT_USER in channel.members}}

    def _chat_postmessage(self, given: Json) -> Json:
        channel = self._channel(given)
        message: Json = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT_ID,
            "app_id": APP,
            "team": TEAM,
            "text": given.get("text", ""),
            "blocks": given.get("blocks") or [],
            "ts": self._fake.next_ts(),
        }
        if given.get("metadata"):
            message["metadata"] = given["metadata"]
        thread = given.get("thread_ts")
        if thread and thread in channel.messages:
            root = str(channel.messages[thread].get("thread_ts", thread))
            message["thread_ts"] = root
            channel.messages[root].setdefault("thread_ts", root)
        self._fake.put(channel, message)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _chat_update(self, given: Json) -> Json:
        channel = self._channel(given)
        self._own(channel, given["ts"], "cant_update_message")
        new = {"text": given.get("text", ""), "blocks": given.get("blocks") or []}
        self._fake.change(channel, given["ts"], new)
        return {"channel": channel.id, "ts": given["ts"], "text": given.get("text", "")}

    def _chat_delete(self, given: Json) -> Json:
        channel = self._channel(given)
        self._own(channel, given["ts"], "cant_delete_message")
        self._fake.withdraw(channel.id, given["ts"])
        return {"channel": channel.id, "ts": given["ts"]}

    def _chat_postephemeral(self, given: Json) -> Json:
        if given["user"] not in self._channel(given).members:
            raise RefusedError("user_not_in_channel")
        self._fake.ephemerals.append(given)
        return {"message_ts": self._fake.next_ts()}

    def _conversations_list(self, given: Json) -> Json:
        wanted = str(given.get("types") or "public_channel")
        shown = [each.id for each in self._fake.channels.values() if each.is_direct == ("im" in wanted)]
        return {"channels": [{"id": each} for each in shown], "response_metadata": {"next_cursor": ""}}

    def _conversations_history(self, given: Json) -> Json:
        channel = self._channel(given)
        roots = [m for m in channel.messages.values() if m.get("thread_ts", m["ts"]) == m["ts"]]
        return self._page(roots[::-1], given)

    def _conversations_replies(self, given: Json) -> Json:
        channel = self._channel(given)
        if given["ts"] not in channel.messages:
            raise RefusedError("thread_not_found")
        root = given["ts"]
        return self._page([m for m in channel.messages.values() if root in (m["ts"], m.get("thread_ts"))], given)

    def _page(self, messages: list[Json], given: Json) -> Json:
        oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or 1e12)
        within = [m for m in messages if oldest < float(m["ts"]) < latest]
        start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        shown = [{name: value for name, value in m.items() if name != "marks"} for m in within[start : start + limit]]
        if str(given.get("include_all_metadata", "")).lower() not in ("true", "1"):
            for message in shown:
                message.pop("metadata", None)
        more = start + limit < len(within)
        return {
            "messages": shown,
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    def _views_open(self, given: Json) -> Json:
        return {"view": self._fake.ui.show_modal(self._spend(given["trigger_id"]), self._view(given))}

    def _views_publish(self, given: Json) -> Json:
        if given["user_id"] not in self._fake.users:
            raise RefusedError("user_not_found")
        return {"view": self._fake.ui.show_home(given["user_id"], self._view(given))}

    def _view(self, given: Json) -> Json:
        view: Json = given["view"]
        if wrong := find_view_fault(view):
            raise RefusedError(wrong)
        return view

    def _spend(self, trigger: str) -> str:
        """Who may be shown a form for something he did; only once, and only just now."""
        user, at = self._fake.triggers.pop(trigger, ("", 0.0))
        if not user:
            raise RefusedError("invalid_trigger_id")
        if self._fake.now() - at > self._fake.trigger_life:
            raise RefusedError("expired_trigger_id")
        return user

    def _reactions_add(self, given: Json) -> Json:
        reactions: list[Any] = self._reactions(given)
        if given["name"] in reactions:
            raise RefusedError("already_reacted")
        reactions.append(given["name"])
        return {}

    def _reactions_remove(self, given: Json) -> Json:
        reactions = self._reactions(given)
        if given["name"] not in reactions:
            raise RefusedError("no_reaction")
        reactions.remove(given["name"])
        return {}

    def _reactions(self, given: Json) -> list[Any]:
        message = self._channel(given).messages.get(given["timestamp"])
        if message is None:
            raise RefusedError("message_not_found")
        found: list[Any] = message.setdefault("marks", [])
        return found

    def _files_getuploadurlexternal(self, given: Json) -> Json:
        file = f"F{len(self._fake.files) + 1:04d}"
        self._fake.files[file] = {"id": file, "name": given["filename"], "shares": {}, "content": b""}
        return {"file_id": file, "upload_url": f"{self._server.url}/upload/{file}"}

    def _files_completeuploadexternal(self, given: Json) -> Json:
        for each in json.loads(given["files"]):
            file = self._fake.files[each["id"]]
            channel = self._channel({"channel": given["channel_id"]})
            message: Json = {"type": "message", "subtype": "file_share", "user": BOT_USER, "bot_id": BOT_ID, "text": ""}
            shown = {"id": file["id"], "name": file["name"], "size": len(file["content"])}
            message |= {"ts": self._fake.next_ts(), "files": [shown]}
            if given.get("thread_ts"):
                message["thread_ts"] = given["thread_ts"]
            file["shares"] = {"private": {channel.id: [{"ts": message["ts"]}]}}
            self._fake.put(channel, message)
        return {"files": []}

    def _files_info(self, given: Json) -> Json:
        file = self._fake.files.get(given["file"])
        if file is None:
            raise RefusedError("file_not_found")
        shown = {key: value for key, value in file.items() if key != "content"}
        return {"file": {**shown, "url_private_download": f"{self._server.url}/files/{file['id']}"}}

    def _files_delete(self, given: Json) -> Json:
        if self._fake.files.pop(given["file"], None) is None:
            raise RefusedError("file_not_found")
        return {}

    def _channel(self, given: Json) -> Channel:
        channel = self._fake.channels.get(given["channel"])
        if channel is None or BOT_USER not in channel.members:
            raise RefusedError("channel_not_found" if channel is None else "not_in_channel")
        if channel.archived:
            raise RefusedError("is_archived")
        return channel

    def _own(self, channel: Channel, ts: str, refusal: str) -> None:
        message = channel.messages.get(ts)
        if message is None:
            raise RefusedError("message_not_found")
        if message.get("user") != BOT_USER:
            raise RefusedError(refusal)
