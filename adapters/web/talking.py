"""What a visitor does becomes an event in the inbox: saying, pressing, editing, withdrawing.

Both doors use it, the requests of the script (`chat`) and the form of the page (`page`). An answer is given only once
the event is committed; the same client id takes effect once, whatever comes with it the second time.
"""

from collections.abc import Sequence
from datetime import timedelta

from adapters.storage.chats import find_shown_message, has_chat
from adapters.web.identity import Visitor
from adapters.web.rates import VISITOR_MESSAGES
from adapters.web.refusals import RefusedError
from adapters.web.site import Site, address_for
from bot.model import Attachment, Body, Commanded, Deleted, Edited, Event, MessageKind, Pressed, Said
from bot.ports import Brings

BRINGS = frozenset({Brings.DELETES})
"""What is told here of what not every platform tells."""
EDITABLE = timedelta(minutes=5)
"""How long a customer may change or withdraw what he wrote."""


class Visit:
    """One visitor at one site, doing something now."""

    def __init__(self, site: Site, visitor: Visitor, language: str) -> None:
        """Takes who does it and in which language his page is."""
        self._site = site
        self._services = site.services
        self._visitor = visitor
        self._language = language
        self._address = address_for(visitor.key)

    async def say(self, client_id: str, text: str, file_ids: Sequence[str]) -> None:
        """Puts words and files into the inbox.

        Raises:
            RefusedError: `invalid` if there is neither, `not_found` for a file that is not his, or `too_many`.
        """
        if not text.strip() and not file_ids:
            raise RefusedError("invalid", "There is nothing in this message.")
        files = tuple(self._find_file(file_id) for file_id in file_ids)
        await self._accept(client_id, Said(text=text, attachments=files, external_id=client_id))

    async def press(self, client_id: str, value: str) -> None:
        """Puts the press of a button into the inbox.

        Raises:
            RefusedError: `too_many`.
        """
        await self._accept(client_id, Pressed(value=value))

    async def choose_language(self, client_id: str, language: str) -> None:
        """Puts the choice of a language by name into the inbox; before there is a talk, the page's language is enough.

        Raises:
            RefusedError: `too_many`.
        """
        if await self._services.db.read(lambda conn: has_chat(conn, str(self._address))):
            await self._accept(client_id, Commanded(name="language", args={"to": language}))

    async def edit(self, client_id: str, number: int, text: str) -> None:
        """Puts new words for an own message into the inbox.

        Raises:
            RefusedError: `not_found`, `too_late`, `invalid` or `too_many`.
        """
        if not text.strip():
            raise RefusedError("invalid", "There is nothing in this message.")
        await self._check_own(number)
        await self._accept(client_id, Edited(target=str(number), text=text))

    async def withdraw(self, client_id: str, number: int) -> None:
        """Puts the withdrawal of an own message into the inbox.

        Raises:
            RefusedError: `not_found`, `too_late` or `too_many`.
        """
        await self._check_own(number)
        await self._accept(client_id, Deleted(target=str(number)))

    async def _accept(self, client_id: str, body: Body) -> None:
        now = self._services.clock.now()
        self._services.rates.take(f"visitor:{self._visitor.key}", VISITOR_MESSAGES, now)
        event = Event(
            key=f"{self._visitor.key}:{client_id}",
            at=self._address,
            author=self._visitor.author,
            body=body,
            sent_at=now,
            language=self._visitor.language or self._language,
            attributes=self._visitor.attributes,
            greeted=True,
        )
        await self._services.store.accept([event])
        self._services.signals.customer_has_sent(str(self._address))

    def _find_file(self, file_id: str) -> Attachment:
        found = self._services.files.find(file_id)
        if found is None or found.owner != self._visitor.key:
            raise RefusedError("not_found", "This file is not here. Send it again.")
        return found.attachment

    async def _check_own(self, number: int) -> None:
        lane = str(self._address)
        message = await self._services.db.read(lambda conn: find_shown_message(conn, lane, number))
        if message is None or message.kind is not MessageKind.CUSTOMER or message.withdrawn:
            raise RefusedError("not_found", "There is no such message of yours.")
        if self._services.clock.now() - message.at > EDITABLE:
            raise RefusedError("too_late", "A message can be changed for five minutes. Write a new one instead.")
