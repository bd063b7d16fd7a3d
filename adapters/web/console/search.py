"""What an agent types into the search of the queue, such as `anna wifi team:network`, and the lines that it finds."""

import re
from dataclasses import replace

from adapters.desk.lines import Line, build_line
from adapters.desk.reader import Reader
from adapters.desk.scope import is_in_scope
from adapters.storage.search import Search, State, search_talks
from adapters.web.console.visit import Visit
from bot.model import Role
from kb.normalise import cap, fold, words_of

LONGEST = 200
"""Characters of what is looked for."""
MOST_WORDS = 6
MOST = 100
"""Lines that are shown; whoever is further back is found by one more word."""
_LONGEST_LINE = 200
_FILTER = re.compile(r"(team|tag|is):(\S+)", re.IGNORECASE)
_NUMBER = re.compile(r"#(\d{1,12})\b")


async def find_lines(visit: Visit, asked: str) -> tuple[Line, ...]:
    """The newest conversations in this agent's scope that hold what he asks for, each with the words that hold it."""
    search = read_search(asked, visit.reader)
    found = await visit.services.db.read(lambda conn: search_talks(conn, search, MOST))
    return tuple(
        replace(build_line(each.conversation, visit.reader), words=" ".join(each.words.split())[:_LONGEST_LINE])
        for each in found
        if is_in_scope(visit.agent, each.conversation)
    )


def read_search(asked: str, reader: Reader) -> Search:
    """Reads what was typed: `#1042`, filters, words. A team is named by its id or the beginning of its title."""
    filters = [(name.lower(), fold(value)) for name, value in _FILTER.findall(asked)]
    rest = _FILTER.sub(" ", asked)
    number = _NUMBER.search(rest)
    names = [value for name, value in filters if name == "team"]
    states = [value for name, value in filters if name == "is"]
    agent = reader.agent
    return Search(
        words=tuple(dict.fromkeys(words_of(cap(_NUMBER.sub(" ", rest)))))[:MOST_WORDS],
        tags=tuple(value for name, value in filters if name == "tag"),
        teams=tuple(_find_teams(names, reader)) if names else None,
        states=None if set(states) - set(State) else tuple(State(each) for each in states),
        number=int(number[1]) if number else None,
        agent=agent.key,
        scope=agent.teams,
        sees_bot=not agent.teams or Role.SUPERVISOR in agent.roles,
    )


def _find_teams(names: list[str], reader: Reader) -> list[str]:
    ids = [*reader.desk.policy.teams]
    return [id_ for id_ in ids if any(id_ == name or fold(reader.team_title(id_)).startswith(name) for name in names)]
