"""A strict Telegram on a real socket: what it takes, what it refuses and in which words, what it says of people.

Written from the public description of the Bot API, without our adapter. What it sends is read by aiogram's models
before it goes out, and what it receives is judged by aiogram's methods, so that it is no mirror of our own code.
"""

from tests.fakes.telegram.platform import Chat, FakeTelegram, Fault, FaultKind, Person
from tests.fakes.telegram.server import TelegramServer

__all__ = ["Chat", "FakeTelegram", "Fault", "FaultKind", "Person", "TelegramServer"]
