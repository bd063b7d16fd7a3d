"""Turns the model into JSON text and back. The only place that knows how a stored thing is spelled.

Fields at their default are left out, and fields unknown to this version are passed over, so that data outlives
both a new field and a step back. The kind of an event's body is told by the tag `is`.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from types import UnionType
from typing import Any, TypeVar, get_args

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from bot.model import Body

T = TypeVar("T")

Plain = Any
"""What JSON can say: dictionaries, lists, texts, numbers, truth and nothing."""

SCALARS: dict[str, type[datetime] | type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}
"""What a slot may hold besides plain JSON, told apart by name; the longer name first, as a datetime is a date."""


def _pack(value: object) -> Plain:
    """Free values, such as slots and customer fields, as JSON."""
    match value:
        case datetime() | date() | time():
            name = next(name for name, kind in SCALARS.items() if isinstance(value, kind))
            return {"$": name, "value": value.isoformat()}
        case Mapping():
            return {str(key): _pack(item) for key, item in value.items()}
        case list() | tuple():
            return [_pack(item) for item in value]
        case _:
            return value


def _unpack(value: Plain, _: object = None) -> Plain:
    match value:
        case {"$": str(name), "value": str(iso)}:
            return SCALARS[name].fromisoformat(iso)
        case dict():
            return {key: _unpack(item) for key, item in value.items()}
        case list():
            return tuple(_unpack(item) for item in value)
        case _:
            return value


def _read_moment(value: datetime | str, _: object) -> datetime:
    """A moment from JSON; one from a column is one already."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _build_converter() -> Converter:
    converter = Converter(omit_if_default=True, detailed_validation=False)
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
    converter.register_structure_hook(datetime, _read_moment)
    converter.register_structure_hook_func(lambda kind: kind is object, _unpack)
    converter.register_unstructure_hook_func(lambda kind: kind is object, _pack)
    union: UnionType = Body
    assert len({kind.__name__ for kind in get_args(union)}) == len(get_args(union))
    configure_tagged_union(Body, converter, tag_name="is", tag_generator=lambda kind: kind.__name__.lower())
    return converter


_converter = _build_converter()


def to_plain(value: object, kind: Plain = None) -> Plain:
    """A dataclass as dictionaries, lists and plain values."""
    return _converter.unstructure(value, unstructure_as=kind)


def from_plain(value: object, kind: type[T]) -> T:
    """The dataclass that `to_plain` took apart."""
    return _converter.structure(value, kind)


def to_json(value: object) -> str:
    """Plain values as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Plain:
    """Plain values out of JSON text."""
    return json.loads(text)


def encode(value: object) -> str:
    """A dataclass as JSON text."""
    return to_json(to_plain(value))


def decode(text: str, kind: type[T]) -> T:
    """The dataclass that `encode` wrote."""
    return from_plain(json.loads(text), kind)
