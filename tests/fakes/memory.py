"""A chat platform in memory, with the faults that real ones have, and the channel that writes to it."""

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from bot.model import Address, MessageKind
from bot.ports import Capabilities, SendClass, SendResult, Shipment


class Fault(StrEnum):
    """What may go wrong with one request."""

    REFUSED = "refused"
    """The connection is refused: nothing has happened."""
    LOST = "lost"
    """An error that does not say whether it happened; it has not."""
    DONE_BUT_LOST = "done_but_lost"
    """It has happened, but the answer is lost."""
    WAIT = "wait"
    CONTENT = "content"
    PERSON_GONE = "person_gone"
    PLACE_GONE = "place_gone"
    ACCOUNT = "account"
    BREAKS = "breaks"
    """The channel itself raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message as it stands in a chat."""

    id: str
    delivery: int
    """0 for what a person wrote here himself."""
    text: str
    withdrawn: bool = False
    conversation: str = ""
    number: int = 0
    revision: int = 0
    """Which message this is, and in which revision; 0 for a person's own."""


@dataclass(slots=True)
class Platform:
    """Chats by address, what was asked of them, and the faults to come."""

    chats: dict[Address, list[Post]] = field(default_factory=dict)
    log: list[tuple[str, Address, str]] = field(default_factory=list)
    """Every request that was carried out: `post`, `edit`, `delete` or `find`, where, and the text."""
    faults: deque[Fault | None] = field(default_factory=deque)
    """One a request, in order; none for a request that goes well."""
    waits: float = 2.0
    _own: int = 0

    def texts(self, address: Address) -> list[str]:
        """What people see in a chat."""
        return [post.text for post in self.chats.get(address, []) if not post.withdrawn]

    def doubles(self) -> int:
        """Deliveries that stand in a chat more than once."""
        seen = Counter(post.delivery for posts in self.chats.values() for post in posts if post.delivery)
        return sum(count - 1 for count in seen.values())

    def write(self, at: Address, text: str) -> str:
        """A person writes in a chat himself; returns the id of his post."""
        self._own += 1
        post = Post(id=f"own-{self._own}", delivery=0, text=text)
        self.chats.setdefault(at, []).append(post)
        return post.id

    def rewrite(self, at: Address, own_id: str, text: str | None) -> None:
        """A person changes his own post, or withdraws it with no text."""
        self.chats[at] = [
            replace(post, text=text or "", withdrawn=text is None) if post.id == own_id else post
            for post in self.chats[at]
        ]

    def show(self, shipment: Shipment) -> SendResult:
        """Posts, edits or deletes."""
        where = shipment.place.address
        posts = self.chats.setdefault(where, [])
        text = "" if shipment.message.withdrawn else shipment.message.text
        for position, post in enumerate(posts):
            if post.id in shipment.external_ids:
                posts[position] = replace(
                    post, text=text, withdrawn=shipment.message.withdrawn, revision=shipment.message.revision
                )
                self.log.append(("delete" if shipment.message.withdrawn else "edit", where, text))
                return SendResult(became=SendClass.SENT, external_ids=(post.id,))
        post = Post(
            id=str(len(self.log) + 1),
            delivery=shipment.delivery,
            text=text,
            conversation=shipment.conversation,
            number=shipment.message.number,
            revision=shipment.message.revision,
        )
        self.log.append(("post", where, text))
        opens = shipment.message.kind is MessageKind.CARD and not where.thread
        where = replace(where, thread=f"thread-{post.id}") if opens else where
        self.chats.setdefault(where, []).append(post)
        return SendResult(became=SendClass.SENT, external_ids=(post.id,), thread=where.thread if opens else "")

    def find(self, shipment: Shipment) -> SendResult:
        """Looks for a delivery in all chats."""
        self.log.append(("find", shipment.place.address, ""))
        for where, posts in self.chats.items():
            for post in posts:
                if post.delivery == shipment.delivery:
                    return SendResult(became=SendClass.SENT, external_ids=(post.id,), thread=where.thread)
        return SendResult(became=SendClass.NOT_SENT)


_ANSWERS = {
    Fault.REFUSED: SendClass.NOT_SENT,
    Fault.LOST: SendClass.UNSURE,
    Fault.CONTENT: SendClass.CONTENT,
    Fault.PERSON_GONE: SendClass.PERSON_GONE,
    Fault.PLACE_GONE: SendClass.PLACE_GONE,
    Fault.ACCOUNT: SendClass.ACCOUNT,
}


class MemoryChannel:
    """The channel that writes to a `Platform`."""

    def __init__(
        self, name: str = "memory", *, verify: bool = True, settles: timedelta = timedelta(seconds=15)
    ) -> None:
        self.name = name
        self.platform = Platform()
        self.capabilities = Capabilities(
            buttons=10, edit=True, delete=True, verify=verify, settles=settles, typing=False, text_limit=4_000
        )

    async def send(self, shipment: Shipment) -> SendResult:
        """Shows the message's latest revision, unless a fault is due."""
        fault = self.platform.faults.popleft() if self.platform.faults else None
        match fault:
            case None:
                return self.platform.show(shipment)
            case Fault.BREAKS:
                raise RuntimeError("the channel is broken")
            case Fault.WAIT:
                return SendResult(became=SendClass.WAIT, wait=self.platform.waits)
            case Fault.DONE_BUT_LOST:
                self.platform.show(shipment)
                return SendResult(became=SendClass.UNSURE, reason="no answer")
            case _:
                return SendResult(became=_ANSWERS[fault], reason=str(fault))

    async def find(self, shipment: Shipment) -> SendResult:
        """Looks a first post up."""
        return self.platform.find(shipment)

    async def hint(self, at: Address, agent: str, text: str) -> None:
        """Shows nobody anything."""
