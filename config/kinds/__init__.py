"""Kinds of values: how one value is written, read and refused.

A kind turns a node into a typed value or reports why not. Which fields a block has is said by the dataclasses and read
by `config.fields`. Kinds that belong to one room only (steps, hours) live in that room. The names below are what the
dataclasses write as annotations.
"""

from typing import Annotated

from config.kinds.amounts import Date, Length, Moment, Number, Percent, write_length
from config.kinds.links import ConditionKind, File, Link, Ref, is_loopback
from config.kinds.reading import MISREAD, ConditionUse, Item, Kind, Reading, ReferenceUse, Role, TextUse
from config.kinds.several import ListOf, MapOf, in_lines
from config.kinds.spoken import Language, Note, PerLanguage, Spoken
from config.kinds.words import Choice, Env, FromKey, Id, Name, Path, Plain, YesNo, as_id
from config.texts import Text, Wording

IdText = Annotated[str, Id()]
"""An id."""
NameText = Annotated[str, Name()]
"""A name that texts use as it stands."""
OpenName = Annotated[str, Name(open=True)]
"""A name that texts use only after a dot, or not at all."""
Label = Annotated[Text, Spoken(role=Role.LABEL)]
"""A text without Markdown: a title, a button."""
Sentences = Annotated[Text, Spoken(role=Role.HEARD)]
"""What customers write, in every language of the desk."""
Examples = Annotated[Text, Spoken(role=Role.HEARD, complete=False)]
"""What customers write, where one language stands for itself."""
NoteText = Annotated[Wording, Note()]
"""A text for agents, with values."""
ValueText = Annotated[Wording, Note(role=Role.VALUE)]
"""A value that is computed when it is needed."""
LanguageCode = Annotated[str, Language()]
"""One of the desk's languages."""
LinkText = Annotated[str, Link()]
"""A full link."""
EnvName = Annotated[str, Env()]
"""The name of an environment variable."""
ImagePath = Annotated[str, File(image=True)]
"""A picture under `kb/`."""
FilePath = Annotated[str, File()]
"""Any file under `kb/`."""
CategoryPath = Annotated[str, Path()]
"""A category and what it lies in."""
Share = Annotated[float, Percent()]
"""A part of a whole, from 0 to 1."""
TeamRef = Annotated[str, Ref(targets=("team",))]
"""The id of a team."""
ArticleRef = Annotated[str, Ref(targets=("article",))]
"""The id of an article."""
FlowRef = Annotated[str, Ref(targets=("flow",))]
"""The id of a flow."""

__all__ = [
    "MISREAD",
    "ArticleRef",
    "CategoryPath",
    "Choice",
    "ConditionKind",
    "ConditionUse",
    "Date",
    "Env",
    "EnvName",
    "Examples",
    "File",
    "FilePath",
    "FlowRef",
    "FromKey",
    "Id",
    "IdText",
    "ImagePath",
    "Item",
    "Kind",
    "Label",
    "Language",
    "LanguageCode",
    "Length",
    "Link",
    "LinkText",
    "ListOf",
    "MapOf",
    "Moment",
    "Name",
    "NameText",
    "Note",
    "NoteText",
    "Number",
    "OpenName",
    "Path",
    "PerLanguage",
    "Percent",
    "Plain",
    "Reading",
    "Ref",
    "ReferenceUse",
    "Role",
    "Sentences",
    "Share",
    "Spoken",
    "TeamRef",
    "TextUse",
    "ValueText",
    "YesNo",
    "as_id",
    "in_lines",
    "is_loopback",
    "write_length",
]
