"""Cuts a message into the parts that may each be a question of their own.

Lives here: what in a message is the customer's own words, and where one question may end and another begin. Whether a
part means anything is judged in `kb.search`, by the desk's own phrasings. Pure, and bounded for any message.
"""

import re
from collections.abc import Iterator, Sequence

from kb.normalise import read_words, words_of

MOST_PARTS = 6
"""Sentences of one message that are looked at by themselves."""
MOST_CUTS = 4
"""Places inside sentences at which a message is cut in two, to see whether both halves are questions."""
_SHORTEST_PART = 2
_LONGEST_NAME = 2
_LONGEST_SIGNATURE = 12
_SENTENCE_END = re.compile(r"(?<=[.!?;…])\s+|\n+")
_ASKS = re.compile(r"\?[\s)\"'»”]*\Z")
_STATES = re.compile(r"[.!…;][\s)\"'»”]*\Z")
_JOINT = re.compile(
    r",\s+|\s+[/+&–—-]\s+|\s+(?:and|plus|ja|ning|и|og|samt|e|ed|ir|bei|(?<=[а-яё]\s)i)\s+",
    re.IGNORECASE,
)
"""Where two questions are joined: a comma, a dash, or "and" in the languages of the product, "и" also typed as "i"."""
_LEAD_IN = re.compile(
    r"\W*(?:(?:and|also|plus|oh|ja|ning|ka|veel|lisaks|samuti|и|а|также|еще|ещё|кстати|og|også|samt|desuden"
    r"|e|ed|anche|inoltre|poi|ir|bei|dar|taip pat|be to|o)\b[\s,:]*)+",
    re.IGNORECASE,
)
"""Words with which a second question begins, and which are none of it."""
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"\s*(?:>|&gt;)")
_RULE = re.compile(r"\s*(?:--+|__+|==+|—)\s*")
_MACHINE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d|(?:Error|Exception)\b\s*[:(]"
    r"|^\s*at \S+\(|^\s*File \".*\", line \d|\bTraceback\b|\b0x[0-9a-f]{4,}"
    r"|^\s*(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL)\b"
)
_SIGN = re.compile(r"[{}\[\]()<>=;_/\\|$#@*~^]")
_MOST_SIGNS = 0.12
SIGN_OFFS = (
    *("regards", "best regards", "kind regards", "best wishes", "sincerely", "yours", "cheers", "thanks", "thank you"),
    *("many thanks", "sent from my"),
    *("lugupidamisega", "parimat", "tervitades", "tervitustega", "parimate soovidega", "aitah", "ette tanades"),
    *("с уважением", "спасибо", "всего доброго", "с наилучшими пожеланиями", "заранее спасибо"),
    *("med venlig hilsen", "venlig hilsen", "mvh", "hilsen", "de bedste hilsner", "pa forhand tak", "tak"),
    *("cordiali saluti", "distinti saluti", "saluti", "grazie", "cordialmente", "un saluto"),
    *("pagarbiai", "su pagarba", "geriausi linkejimai", "linkejimai", "aciu", "dekoju"),
)
"""Words with which the last lines of a mail begin, folded, in the languages of the product."""
_SIGN_OFFS = tuple(tuple(words.split()) for words in SIGN_OFFS)


def own_words(text: str) -> str:
    """Returns a message without what the customer quotes and without the name below it; all of it if that is all."""
    kept: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if _RULE.fullmatch(line) or (kept and _is_sign_off(line, lines[number + 1 :])):
            break
        if not _QUOTED.match(line):
            kept.append(line)
    own = "\n".join(kept)
    return own if own != text and read_words(own) else text


def cut_sentences(text: str) -> tuple[str, ...]:
    """Returns the sentences of a message that has more than one; what machines wrote is left out."""
    cut = map(_begin, _SENTENCE_END.split(_FENCED.sub("\n", text)))
    parts = [part for part in cut if _may_ask(part)]
    is_one = len(parts) == 1 and len(read_words(parts[0])) == len(read_words(text))
    return () if is_one else tuple(parts[:MOST_PARTS])


def cut_joints(sentences: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yields sentences cut where questions may be joined: in all pieces, and in two at each such place.

    At most MOST_CUTS places of a message are looked at.
    """
    left = MOST_CUTS
    for sentence in (sentence.rstrip(" .!?;…") for sentence in sentences):
        joints = [joint for joint in _JOINT.finditer(sentence) if _halves(sentence, joint)][:left]
        left -= len(joints)
        if len(joints) > 1:
            starts, ends = (
                [0, *(joint.end() for joint in joints)],
                [*(joint.start() for joint in joints), len(sentence)],
            )
            pieces = [_begin(sentence[start:end]) for start, end in zip(starts, ends, strict=True)]
            yield tuple(piece for piece in pieces if _may_ask(piece))
        yield from (_halves(sentence, joint) for joint in joints)


def asks(part: str) -> bool:
    """Tells whether a part ends as a question does."""
    return bool(_ASKS.search(part))


def states(part: str) -> bool:
    """Tells whether a part ends as a statement does; many end as neither."""
    return bool(_STATES.search(part))


def _halves(sentence: str, joint: re.Match[str]) -> tuple[str, ...]:
    """Returns both halves of a sentence, or nothing if one of them is no question."""
    halves = sentence[: joint.start()], _begin(sentence[joint.end() :])
    return halves if all(_may_ask(half) for half in halves) else ()


def _begin(part: str) -> str:
    """Returns a part from the first word that is its own; all of it if there is none."""
    lead = _LEAD_IN.match(part)
    return part[lead.end() :] if lead and len(lead[0]) < len(part) else part


def _may_ask(part: str) -> bool:
    """Whether a part has words enough for a question, and a person wrote it."""
    return len(read_words(part)) >= _SHORTEST_PART and not _is_machine_made(part)


def _is_machine_made(line: str) -> bool:
    """Whether a line looks like code or like a line of a log."""
    dense = "".join(line.split())
    return bool(_MACHINE.search(line)) or len(_SIGN.findall(dense)) > _MOST_SIGNS * len(dense)


def _is_sign_off(line: str, below: Sequence[str]) -> bool:
    """Whether a line begins as the end of a mail does, and no more than a name and an address follow."""
    words, rest = tuple(words_of(line)), "\n".join(below)
    longest = max((len(sign) for sign in _SIGN_OFFS if words[: len(sign)] == sign), default=0)
    is_short = len(words) <= longest + _LONGEST_NAME and len(read_words(rest)) <= _LONGEST_SIGNATURE
    return longest > 0 and is_short and "?" not in line + rest
