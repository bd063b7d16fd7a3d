"""All content of a desk folder, read file by file into the dataclasses of every room.

Which rules the content must keep is said by the checks of each room; `bot.desk` calls both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.conversation_tests import ConversationTest
from config.channels import Channels
from config.fields import Block, Placed, read_block
from config.findings import Findings, Fix, suggest
from config.kinds import MISREAD, Item, Kind, ListOf, Reading, as_id, in_lines
from config.languages import is_language_code
from config.phrases import PHRASES, WORDS, merge_texts, read_phrases, read_words
from config.place import Position
from config.schema import file_schema
from config.settings import DeskSettings
from config.source import MAX_FOLDER_BYTES, BlockNode, DeskFolder, KnownFiles, ListNode, Node, ScalarNode, read_nodes
from config.texts import Text
from escalation.policy import DEFAULT_POLICY, Policy, Reply
from kb.article import Article, SmallTalk, Term
from kb.flows.model import Flow

LISTS: Mapping[str, tuple[type[Placed], str]] = {
    "articles": (Article, "article"),
    "flows": (Flow, "flow"),
    "smalltalk": (SmallTalk, "small talk"),
    "glossary": (Term, "glossary term"),
    "replies": (Reply, "reply"),
    "conversations": (ConversationTest, "conversation"),
}
"""Kinds of files that hold a list: the block of an entry, and what an entry is called."""
BLOCKS: Mapping[str, type[Placed]] = {"desk": DeskSettings, "channels": Channels, "escalation": Policy}
"""Kinds of files that hold one block."""
TEXTS: Mapping[str, Callable[[Node, Reading], Mapping[str, Text]]] = {"phrases": read_phrases, "words": read_words}
"""Kinds of files that hold texts by key."""
FILE_KINDS: Mapping[str, Kind] = {
    **{key: ListOf(Block(block)) for key, (block, _) in LISTS.items()},
    **{key: Block(block) for key, block in BLOCKS.items()},
    "phrases": PHRASES,
    "words": WORDS,
}
"""What stands under each top-level key, for the schemas and the reference."""
KINDS = tuple(sorted([*LISTS, *BLOCKS, *TEXTS]))


@dataclass(slots=True, kw_only=True)
class Content:
    """Everything in a desk folder. Filled while it is read; not changed afterwards."""

    settings: DeskSettings | None = None
    channels: Channels = field(default_factory=Channels)
    policy: Policy = DEFAULT_POLICY
    articles: list[Article] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    smalltalk: list[SmallTalk] = field(default_factory=list)
    glossary: list[Term] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    conversations: list[ConversationTest] = field(default_factory=list)
    phrases: dict[str, Text] = field(default_factory=dict)
    words: dict[str, Text] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)
    """Size in bytes by path under `kb/`."""
    unread: set[str] = field(default_factory=set)
    """Files of which something was not read; references into them are not reported."""
    version: str = ""
    """Changes whenever anything in the folder changes."""
    today: date = date.min
    """The day for which it was checked."""


def read_content(
    folder: DeskFolder, findings: Findings, *, today: date, known: KnownFiles | None = None
) -> tuple[Content, Reading]:
    """Reads every file of a desk folder; reports rules Y and S and notes down what other rules need."""
    read = known.read if known else read_nodes
    content = Content(media=folder.media, version=version_of(folder), today=today)
    total = sum(len(data) for data in folder.content.values())
    if total > MAX_FOLDER_BYTES:
        first = min(folder.content)
        findings.report("Y22", Position(first, 1, 1), size=f"{total / (1024 * 1024):.1f}")
        return content, Reading(findings=findings)
    blocks: dict[str, BlockNode] = {}
    for file, data in sorted(folder.content.items()):
        block = read(file, data, findings)
        if block is None and findings.ended_at(file):
            content.unread.add(file)
        elif block is not None:
            blocks[file] = block
    reading = _reading_for(blocks, findings)
    reader = _ContentReader(content, reading)
    for file, block in blocks.items():
        reader.read_file(file, block)
    if content.settings is None and not content.unread and "desk" not in reader.seen:
        findings.report("S25", Position("config/desk.yml", 1, 1))
    return content, reading


def read_alone(file: str, data: bytes, findings: Findings) -> None:
    """Reads one file outside any desk folder, for rules Y and S only."""
    block = read_nodes(file, data, findings)
    if block is not None:
        _ContentReader(Content(), Reading(findings=findings)).read_file(file, block)


def version_of(folder: DeskFolder) -> str:
    """Twelve hex digits of a hash over all files of a folder."""
    digest = hashlib.sha256()
    for file, data in sorted(folder.content.items()):
        digest.update(f"{file}\0{len(data)}\0".encode())
        digest.update(data)
    for path, size in sorted(folder.media.items()):
        digest.update(f"{path}\0{size}\0".encode())
    return digest.hexdigest()[:12]


def _reading_for(blocks: Mapping[str, BlockNode], findings: Findings) -> Reading:
    """A reading that knows the desk's languages before the first text is read."""
    for block in blocks.values():
        desk = block.get("desk")
        if isinstance(desk, BlockNode):
            languages = desk.get("languages")
            listed = languages.items if isinstance(languages, ListNode) else (languages,)
            codes = tuple(node.text for node in listed if isinstance(node, ScalarNode))
            # Where the list itself is wrong, the languages of texts are not wrong as well.
            codes = codes if all(map(is_language_code, codes)) else ()
            default = desk.get("default_language")
            code = default.text if isinstance(default, ScalarNode) else (codes[0] if codes else "")
            return Reading(findings=findings, languages=codes, default_language=code)
    return Reading(findings=findings)


class _ContentReader:
    """Sorts what files hold into a `Content`."""

    def __init__(self, content: Content, reading: Reading) -> None:
        self.content = content
        self.reading = reading
        self.seen: dict[str, str] = {}

    def read_file(self, file: str, block: BlockNode) -> None:
        if not block.entries:
            self.reading.report("S01", block.position)
        for key, node in block.entries:
            self._read_kind(file, key, node)

    def _read_kind(self, file: str, key: ScalarNode, node: Node) -> None:
        kind = key.text
        if kind not in KINDS:
            found = suggest(kind, KINDS, otherwise="use one of:", position=key.position)
            self.reading.report("S02", key.position, key=kind, hint=found.hint, fix=found.fix)
            self.content.unread.add(file)
        elif isinstance(node, ScalarNode) and node.empty:
            self.reading.report("S08", node.position, field=kind)
        elif kind in LISTS:
            self._read_list(kind, node)
        elif kind in TEXTS:
            self.reading.item = Item(kind=kind, id="", position=node.position)
            merge_texts(getattr(self.content, kind), TEXTS[kind](node, self.reading))
        elif kind in self.seen:
            self.reading.report("S24", key.position, kind=kind, other=self.seen[kind])
        else:
            self.seen[kind] = file
            self._read_block(kind, node)

    def _read_block(self, kind: str, node: Node) -> None:
        self.reading.item = Item(kind=kind, id="", position=node.position)
        owner = "the desk" if kind == "desk" else kind
        value: Any = read_block(BLOCKS[kind], node, self.reading, kind, owner=owner)
        if value is not MISREAD:
            setattr(self.content, {"desk": "settings", "escalation": "policy"}.get(kind, kind), value)

    def _read_list(self, kind: str, node: Node) -> None:
        if not isinstance(node, ListNode):
            moves = isinstance(node, BlockNode) and in_lines(node)
            fix = Fix(position=node.position, old="", new="- ", moves_block=True) if moves else None
            self.reading.report("S05", node.position, field=kind, fix=fix)
            return
        block, name = LISTS[kind]
        owner = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
        for item in node.items:
            self.reading.item = _item_of(kind, item)
            if isinstance(item, ScalarNode):
                self.reading.report("S06", item.position, field=name)
                continue
            value: Any = read_block(block, item, self.reading, name, owner=owner)
            if value is not MISREAD:
                getattr(self.content, kind).append(value)


def _item_of(kind: str, node: Node) -> Item:
    id_node = node.get("id") if isinstance(node, BlockNode) else None
    return Item(kind=kind, id=as_id(id_node.text) if isinstance(id_node, ScalarNode) else "", position=node.position)


def schemas() -> Mapping[str, dict[str, Any]]:
    """The JSON Schema for each kind of file, by its top-level key; a file may hold several kinds."""
    everything = {key: FILE_KINDS[key] for key in KINDS}
    return {key: file_schema({key: FILE_KINDS[key]} | everything) for key in KINDS}
