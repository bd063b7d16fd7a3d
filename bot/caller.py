"""Makes the calls that Turns have asked for and puts their answers into the inbox.

It runs; how a call is made is `adapters.calls`. Every call is answered: one that was under way when the process ended
is made again only if that does no harm, and otherwise counts as failed. Whoever starts a server makes one caller,
awaits `run` and calls `stop`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.crashpoint import reached
from bot.current import CurrentDesk
from bot.health import Health
from bot.model import CallAnswered
from bot.ports import CallFailedError, CallJob, CallMaker, Calls, Clock, UnavailableError
from config.settings import Action, Method

AT_ONCE = 20
"""Calls under way."""
LOOK = 0.5
"""Seconds between two looks for what no bell told of."""
PAUSE = 1.0
"""Seconds until the storage is tried again after it failed."""
PART = "calls"
"""Its name in health."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class Caller:
    """The loop that makes calls, several at once, so that a slow one holds up no other."""

    def __init__(self, store: Calls, current: CurrentDesk, maker: CallMaker, clock: Clock, health: Health) -> None:
        self._store, self._current, self._maker, self._clock, self._health = store, current, maker, clock, health
        self._is_stopping = False

    async def run(self) -> None:
        """Makes calls until `stop` is called; what is under way then is finished first."""
        self._health.set(PART, ok=True)
        await self._insist(self._store.recover_calls)
        places = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            while not self._is_stopping:
                await places.acquire()
                job = await self._insist(self._store.take_call)
                if job is None:
                    places.release()
                    await self._store.wait_calls(LOOK)
                    continue
                tasks.create_task(self._carry_out(job, places))

    async def stop(self) -> None:
        """Takes nothing new; what waits stays in the database."""
        self._is_stopping = True

    async def _carry_out(self, job: CallJob, places: asyncio.Semaphore) -> None:
        try:
            action = self._current.desk.settings.actions.get(job.action)
            if action is not None and action.approval:
                await self._insist(lambda: self._store.put_aside_call(job))
                return
            answered = await self._make(action, job)
            reached("after_call_before_record")
            await self._insist(lambda: self._store.record_call(job, answered, self._clock.now()))
        finally:
            places.release()

    async def _make(self, action: Action | None, job: CallJob) -> CallAnswered:
        try:
            result = await self._maker.make(_must_be_there(action, job), job)
        except CallFailedError as error:
            log.warning(
                "call_failed", extra={"action": job.action, "conversation": job.conversation, "why": str(error)}
            )
            self._health.set(f"call {job.action}", ok=False, reason=str(error))
            return CallAnswered(call=job.number, result=None, reason=str(error))
        self._health.set(f"call {job.action}", ok=True)
        return CallAnswered(call=job.number, result=result)

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Asks the storage until it answers: what came of a call must not be forgotten."""
        while True:
            try:
                return await ask()
            except UnavailableError as error:
                self._health.set(PART, ok=False, reason=str(error))
                await asyncio.sleep(PAUSE)
                self._health.set(PART, ok=True)


def _must_be_there(action: Action | None, job: CallJob) -> Action:
    """The action, if it may be made now.

    Raises:
        CallFailedError: It is gone from the desk, or may have been made already and must not be made twice.
    """
    if action is None:
        raise CallFailedError(f"There is no action '{job.action}' in the desk any more.")
    if job.attempt > 1 and not (action.repeatable or action.method is Method.GET):
        raise CallFailedError(
            f"'{job.action}' was under way when the program ended; it may have been made and is not repeatable."
        )
    return action
