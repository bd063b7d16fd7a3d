"""Puts a rendered message into a chat or thread and keeps it up to date: posts, edits and removes its parts and files.

An id of a part is the platform's moment of the message; that of a file has an `f` before it. Every post carries the
delivery and the part it shows, so that a post in doubt can be found again. What a try has put there before it was
broken off is remembered, so that the next one goes on after it.
"""

from collections.abc import Mapping
from dataclasses import replace

from adapters.markdown import escape_mrkdwn
from adapters.slack.api import LARGEST_FILE, Api, RefusedError
from adapters.slack.blocks import Part, are_good
from adapters.slack.payload import dicts_in
from adapters.slack.refusals import FORM, GONE
from adapters.slack.render import Rendered
from adapters.standing import OpenFile, Standing
from bot.model import Address, Attachment

EVENT = "firstline_message"
"""What our posts call their metadata."""
LINE = "-"
"""Before the id of a line that stands for a file."""
MOST_PAGES = 5
MOST_ALT = 1_000
"""Characters of what a picture shows, for people who cannot see it."""


class ElsewhereError(RefusedError):
    """The message landed outside the thread it was meant for: the thread is gone."""

    def __init__(self) -> None:
        """Says so in the platform's own words."""
        super().__init__("thread_not_found")


class Posting:
    """The requests that show messages."""

    def __init__(self, api: Api, open_file: OpenFile) -> None:
        self._api, self._open_file = api, open_file
        self._begun: dict[int, Standing] = {}
        """By delivery, what a broken-off first try has left standing."""
        self._sharing: dict[int, str] = {}
        """By delivery, the file whose sharing has not been answered."""

    async def show(self, delivery: int, at: Address, rendered: Rendered, standing: Standing | None) -> Standing:
        """Makes a place show a message.

        Args:
            delivery: Names the try, and stands in the metadata of its posts.
            at: The chat, and the thread in it.
            rendered: How it is to look.
            standing: What stands there of it; None for the first post.

        Raises:
            RefusedError, NotSentError, LostError: What the request ended with.
        """
        if standing is None:
            standing = await self._post_files(delivery, at, rendered, self._begun.get(delivery, Standing()))
        else:
            for own_id, part in zip(standing.parts, rendered.parts, strict=False):
                await self._edit(at, own_id, part)
            for surplus in standing.parts[len(rendered.parts) :]:
                await self.delete(at, surplus)
            standing = replace(standing, parts=standing.parts[: len(rendered.parts)])
        for position in range(len(standing.parts), len(rendered.parts)):
            own_id = await self._post_part(delivery, at, rendered.parts[position], position)
            standing = self._note(delivery, replace(standing, parts=(*standing.parts, own_id)))
        self._begun.pop(delivery, None)
        return standing

    async def find(self, delivery: int, at: Address, since: float) -> Standing:
        """What stands there of a message whose first post is in doubt; it is remembered for going on.

        Args:
            delivery: Names the try.
            at: The chat, and the thread in it.
            since: Seconds since 1970 of the earliest moment it can have been posted.

        Raises:
            RefusedError, NotSentError, LostError: The platform could not be asked.
        """
        found: dict[int, str] = {}
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            asked: dict[str, object] = {"channel": at.chat, "oldest": f"{since:.6f}", "limit": 200, "cursor": cursor}
            method = "conversations.history"
            if at.thread:
                method, asked["ts"] = "conversations.replies", at.thread
            page = await self._api.call(method, include_all_metadata=True, **asked)
            for message in dicts_in(page.get("messages")):
                part = _part_of(message, delivery)
                if part is not None:
                    found[part] = str(message.get("ts"))
            notes = page.get("response_metadata")
            cursor = str(notes.get("next_cursor") or "") if isinstance(notes, dict) else ""
            if not cursor:
                break
        parts = tuple(found[position] for position in range(len(found)) if position in found)
        return self._note(delivery, replace(self._begun.get(delivery, Standing()), parts=parts))

    async def remove(self, at: Address, standing: Standing) -> None:
        """Takes a message away, files and all."""
        for file in standing.files:
            if file.startswith(LINE):
                await self.delete(at, file.removeprefix(LINE))
                continue
            await self._forgiving("files.delete", {"file_not_found", "file_deleted"}, file=file)
        for own_id in standing.parts:
            await self.delete(at, own_id)

    async def delete(self, at: Address, own_id: str) -> None:
        """Takes one part away; what is gone already counts as done."""
        await self._forgiving("chat.delete", {"message_not_found"}, channel=at.chat, ts=own_id)

    async def _forgiving(self, method: str, done: set[str], **parameters: object) -> None:
        try:
            await self._api.call(method, **parameters)
        except RefusedError as error:
            if error.error not in done:
                raise

    def _note(self, delivery: int, standing: Standing) -> Standing:
        self._begun[delivery] = standing
        return standing

    async def _post_files(self, delivery: int, at: Address, rendered: Rendered, standing: Standing) -> Standing:
        """Posts the files of a message that are not there yet, a text too long for messages as the last."""
        wanted: list[Attachment | None] = [*rendered.files, *([None] if rendered.whole else [])]
        for each in wanted[len(standing.files) :]:
            if each is None:
                whole = Attachment(id="", name=rendered.whole_name, media_type="text/plain", size=0)
                own_id = await self._share(delivery, at, whole, rendered.whole.encode("utf-8", "replace"))
            else:
                own_id = await self._post_file(delivery, at, each)
            standing = self._note(delivery, replace(standing, files=(*standing.files, own_id)))
        return standing

    async def _post_file(self, delivery: int, at: Address, attachment: Attachment) -> str:
        """Shares a file; one that is not to be had, or not taken, becomes a line that names it."""
        content = await self._open_file(attachment)
        if content is not None and len(content) <= LARGEST_FILE:
            try:
                return await self._share(delivery, at, attachment, content)
            except RefusedError as error:
                if "file" not in error.error and "storage" not in error.error:
                    raise
        line = Part(text=f"📎 {attachment.name}")
        return f"{LINE}{await self._post_part(delivery, at, line, -1)}"

    async def _share(self, delivery: int, at: Address, attachment: Attachment, content: bytes) -> str:
        """Uploads a file and shares it; one whose sharing is in doubt is looked up first."""
        file = self._sharing.get(delivery, "")
        if file and await self._is_shared(file, at.chat):
            return self._sharing.pop(delivery)
        if not file:
            named = {"filename": attachment.name or "file", "alt_txt": attachment.alt[:MOST_ALT] or None}
            given = await self._api.call("files.getUploadURLExternal", length=len(content), **named)
            await self._api.upload(str(given.get("upload_url")), content)
            file = self._sharing[delivery] = str(given.get("file_id"))
        await self._api.call(
            "files.completeUploadExternal",
            files=f'[{{"id":"{file}"}}]',
            channel_id=at.chat,
            thread_ts=at.thread or None,
            initial_comment=escape_mrkdwn(attachment.caption) or None,
        )
        return self._sharing.pop(delivery)

    async def _is_shared(self, file: str, chat: str) -> bool:
        info = (await self._api.call("files.info", file=file)).get("file")
        shares = info.get("shares") if isinstance(info, dict) else None
        return isinstance(shares, dict) and any(chat in each for each in shares.values() if isinstance(each, dict))

    async def _post_part(self, delivery: int, at: Address, part: Part, position: int) -> str:
        metadata = {"event_type": EVENT, "event_payload": {"delivery": str(delivery), "part": position}}
        where: dict[str, object] = {"channel": at.chat, "thread_ts": at.thread or None, "metadata": metadata}
        quiet = {"unfurl_links": False, "unfurl_media": False, "link_names": False}
        sent = await self._say("chat.postMessage", part, **where, **quiet)
        own_id = str(sent.get("ts"))
        message = sent.get("message")
        if at.thread and not (isinstance(message, dict) and message.get("thread_ts") == at.thread):
            await self.delete(at, own_id)
            raise ElsewhereError
        return own_id

    async def _edit(self, at: Address, own_id: str, part: Part) -> None:
        await self._say("chat.update", part, channel=at.chat, ts=own_id)

    async def _say(self, method: str, part: Part, **parameters: object) -> Mapping[str, object]:
        """With its blocks; once more as text alone if they are refused."""
        content = content_of(part)
        try:
            return await self._api.call(method, **content, **parameters)
        except RefusedError as error:
            if error.error not in FORM or not content["blocks"]:
                raise
            return await self._api.call(method, text=part.text, blocks=[], **parameters)


def content_of(part: Part) -> dict[str, object]:
    """What a request that shows a part says; without blocks where the platform's own models find fault with them."""
    return {"text": part.text, "blocks": list(part.blocks) if are_good(part.blocks) else []}


def cannot_change(error: Exception) -> bool:
    """Whether what stands there can be changed no more."""
    return isinstance(error, RefusedError) and error.error in GONE


def _part_of(message: Mapping[str, object], delivery: int) -> int | None:
    """Which part of a delivery a message shows, as its metadata says; None if it is another's."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload")
    if not isinstance(payload, dict) or payload.get("delivery") != str(delivery):
        return None
    part = payload.get("part")
    return part if isinstance(part, int) and part >= 0 else None
