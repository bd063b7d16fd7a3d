"""Passwords of agents: hashed with argon2id, in a thread, because one hash takes tens of milliseconds on purpose."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 1000
_HASHER = PasswordHasher()
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$rovy46xMUobHztXWDGUmtA$lnWAoqtxCX5wGn8P9oaPIDYIf4YDZ55j9AC7yBUnYMo"
"""Checked against where there is no such account, so that the answer takes the same time. The hash of a random
password that nobody has kept, with the parameters that every other hash has."""


def is_long_enough(password: str) -> bool:
    """Whether a new password is taken."""
    return SHORTEST <= len(password) <= LONGEST


def hash_password(password: str) -> str:
    """Makes the argon2id hash of a password, with its parameters and salt."""
    return _HASHER.hash(password)


async def is_right(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; as slow for an account without password, or no account at all."""
    fits = await asyncio.to_thread(_verify, stored or NOBODY, password[:LONGEST])
    return fits and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
