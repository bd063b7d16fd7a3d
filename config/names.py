"""Which names a text or condition may use, and what each can be.

A scope is built once for each place where texts stand (an article, a flow, a message); `config.text_rules` holds texts
and conditions against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.settings import DeskSettings
from config.values import ChannelName, ValueKind, ValueType

HANDOFF_NAMES = ("team", "agent", "wait", "position", "opens_at")
"""Names that escalation messages and canned replies know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about one name."""

    type: ValueType | None = None
    """None: it can be anything."""
    fields: Mapping[str, Known] | None = None
    """What may follow after a dot; None: it is a single value, or nothing is known about it."""
    open: bool = False
    """Its fields cannot be known, because what they come from is misspelt."""
    maybe_empty: bool = False
    """A Customer field: nobody may have told us."""

    @property
    def possible(self) -> tuple[str, ...] | None:
        """Every constant it can equal, None if there are too many to list."""
        if self.type is None:
            return None
        if self.type.choices:
            return self.type.choices
        return ("yes", "no") if self.type.kind is ValueKind.YES_NO else None


ANYTHING = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names of one place."""

    names: Mapping[str, Known] = field(default_factory=dict)

    def with_names(self, more: Mapping[str, Known]) -> Scope:
        """The same scope with further names, which hide those of the same name."""
        return Scope(names={**self.names, **more})

    def find(self, path: str) -> Known | None:
        """What is known about `name` or `name.field`; None if there is no such name."""
        base, _, attribute = path.partition(".")
        known = self.names.get(base)
        if known is None or not attribute or known.open:
            return known
        return known.fields.get(attribute) if known.fields is not None else None


def one_of(values: Iterable[str]) -> Known:
    """A name that is one of these values."""
    return Known(type=ValueType(kind=ValueKind.CHOICE, choices=tuple(values)))


def of_type(value_type: ValueType) -> Known:
    """A name with values of this type."""
    return Known(type=value_type)


def general_scope(settings: DeskSettings) -> Scope:
    """The names that are known everywhere in a desk."""
    customer = {name: Known(type=f.type, maybe_empty=True) for name, f in settings.customer.items()}
    return Scope(
        names={
            **customer,
            "vars": Known(fields=dict.fromkeys(settings.variables, of_type(ValueType(kind=ValueKind.TEXT)))),
            "channel": one_of(channel.value for channel in ChannelName),
            "language": one_of(settings.languages),
            "tags": ANYTHING,
            "today": of_type(ValueType(kind=ValueKind.DATE)),
            "now": of_type(ValueType(kind=ValueKind.TIME)),
            "open_now": of_type(ValueType(kind=ValueKind.YES_NO)),
        }
    )


def plain_names(names: Iterable[str]) -> Mapping[str, Known]:
    """Names that always have a value, of which nothing more is known."""
    return dict.fromkeys(names, ANYTHING)
