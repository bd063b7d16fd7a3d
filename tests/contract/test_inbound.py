"""What every channel promises about what comes in: the same deed is the same event, brought twice it counts once.

A channel is held to it on a way in. To hold another one, add its way to `WAYS`.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from adapters.storage.inbox import read_event
from bot.model import (
    Attachment,
    Body,
    Commanded,
    ContactChanged,
    Deleted,
    Edited,
    Event,
    MessageKind,
    Pressed,
    Reach,
    Reacted,
    Said,
)
from bot.ports import Brings
from tests.contract.inbound import ASKED, CHANGED, SAID, WAYS, WITH_FILE, Deed
from tests.crossing.sides import PNG
from tests.running import find_talks

PICTURE = Attachment(id="", name="router.png", media_type="image/png", size=len(PNG))
EVENTS: dict[Deed, Body] = {
    Deed.ASKS: Said(text=ASKED),
    Deed.PRESSES: Pressed(value="1"),
    Deed.SAYS: Said(text=SAID),
    Deed.EDITS: Edited(target=SAID, text=CHANGED),
    Deed.REACTS: Reacted(target=SAID, added=("👍",)),
    Deed.WITHDRAWS: Deleted(target=SAID),
    Deed.SHARES: Said(text=WITH_FILE, attachments=(PICTURE,)),
    Deed.COMMANDS: Commanded(name="language", args={"to": "en"}),
    Deed.BLOCKS: ContactChanged(reach=Reach.BLOCKED),
    Deed.UNBLOCKS: ContactChanged(reach=Reach.REACHABLE),
}
"""What each deed is as an event, on every channel; a target is named by its words."""
NEEDS = {
    Deed.REACTS: Brings.REACTIONS,
    Deed.WITHDRAWS: Brings.DELETES,
    Deed.BLOCKS: Brings.REACH,
    Deed.UNBLOCKS: Brings.REACH,
}
"""What not every platform tells."""


@pytest.mark.parametrize("name", WAYS)
async def test_the_same_deed_is_the_same_event_everywhere_and_counts_once(tmp_path: Path, name: str) -> None:
    """Whatever is brought twice; later ones have the greater key; what a platform does not tell stands written."""
    async with WAYS[name](tmp_path) as way:
        able = [deed for deed in Deed if deed not in NEEDS or NEEDS[deed] in way.brings]
        assert set(able) == set(way.deeds)
        for deed in able:
            await way.deeds[deed]()
        events = await way.store.db.read(read_customers_events)
        (talk,) = await way.store.db.read(find_talks)
    own = [message for message in talk.messages if message.kind is MessageKind.CUSTOMER]
    named = {name: (*each.former, each.text)[0] for each in own for name in (each.external_id, str(each.number))}
    assert [message.chosen for message in talk.messages if message.chosen] == ["Yes"]
    assert [plain(event.body, named) for event in events] == [EVENTS[deed] for deed in able]
    keys = [event.order for event in events if event.order]
    assert keys == sorted(set(keys))


def read_customers_events(conn: Connection) -> list[Event]:
    """What came in from outside, in the order of its coming."""
    rows = conn.exec_driver_sql("SELECT * FROM inbox WHERE event_key NOT LIKE 'internal%' ORDER BY id")
    return [read_event(row) for row in rows]


def plain(body: Body, named: dict[str, str]) -> Body:
    """An event without what each platform calls things."""
    match body:
        case Said():
            files = tuple(replace(each, id="") for each in body.attachments)
            return replace(body, external_id="", attachments=files)
        case Commanded():
            return replace(body, external_id="", text="")
        case Pressed():
            return Pressed(value=body.value.partition(":")[2])
        case Edited() | Deleted() | Reacted():
            return replace(body, target=named[body.target])
    return body
