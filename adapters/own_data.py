"""What is held about one customer, as he may have it: data for a program, and a page to read. Pure.

What colleagues said among themselves is no part of it, nor is what was masked when it came in.
"""

from collections.abc import Sequence
from html import escape

from adapters.storage.persons import Person
from bot.model import Audience, Conversation, Message

Talk = tuple[Conversation, Sequence[Message]]

STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}dt{font-weight:bold}"


def build_data(person: Person, talks: Sequence[Talk]) -> dict[str, object]:
    """Everything as plain values: who he is, his conversations with what he could see of them, his files."""
    known = person.customer
    return {
        "customer": {
            "channel": person.conversations[-1].key.channel,
            "key": known.key,
            "name": known.name,
            "language": known.language,
            "fields": {name: str(value) for name, value in known.fields.items()},
        },
        "conversations": [
            {
                "number": talk.number,
                "opened_at": talk.opened_at.isoformat(),
                "closed_at": talk.closed_at.isoformat() if talk.closed_at else None,
                "language": talk.language,
                "messages": [_build_message(each) for each in messages if each.audience is Audience.CUSTOMER],
            }
            for talk, messages in talks
        ],
    }


def render_page(person: Person, talks: Sequence[Talk], desk_name: str) -> str:
    """The same as one page that needs no server."""
    known = person.customer
    facts = {"Name": known.name, "Key": known.key} | {name: str(value) for name, value in known.fields.items()}
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items() if value)
    parts = [
        f"<h2>#{talk.number} · {talk.opened_at:%Y-%m-%d}</h2>\n{_render_talk(messages)}" for talk, messages in talks
    ]
    return (
        f'<!doctype html>\n<html lang="{escape(known.language or "en")}">\n<head><meta charset="utf-8">'
        f"<title>{escape(desk_name)}</title><style>{STYLE}</style></head>\n"
        f"<body>\n<h1>{escape(desk_name)}</h1>\n<dl>{listed}</dl>\n{''.join(parts)}</body>\n</html>\n"
    )


def _build_message(each: Message) -> dict[str, object]:
    return {
        "number": each.number,
        "at": each.at.isoformat(),
        "author": each.author.kind.value,
        "name": each.author.name,
        "text": each.text,
        "former": list(each.former),
        "withdrawn": each.withdrawn,
        "files": [{"id": file.id, "name": file.name} for file in each.attachments],
    }


def _render_talk(messages: Sequence[Message]) -> str:
    shown = (each for each in messages if each.audience is Audience.CUSTOMER and not each.withdrawn)
    return "".join(
        f"<p><small>{each.at:%Y-%m-%d %H:%M}</small> <b>{escape(each.author.name or each.author.kind)}</b><br>"
        f"{escape(' '.join([each.text, *(file.name for file in each.attachments)]))}</p>\n"
        for each in shown
    )
