"""Figures of the whole server over HTTP: cold start, memory, sustained rate, and how long a customer waits.

    python -m benchmarks.server [--articles 1000] [--messages 3000] [--rate 50] [--seconds 20]

The server is a process of its own, `firstline serve` on a made desk, with SQLite as it is by default
(`synchronous=FULL`); this program is its only client, on the same two cores, and says what it used of them. Every
visitor comes from an address of his own, through `X-Forwarded-For`, so that the limits per address do not hold the
crowd back.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

SUBJECTS = ["router", "invoice", "password", "television", "contract"]
SUBJECTS += ["address", "telephone", "picture", "cable", "account"]
VERBS = ["change", "find", "order", "cancel", "move", "repair", "pay", "stop", "read", "compare"]
PLACES = ["kitchen", "office", "summer", "house", "shop", "garage", "school", "library", "hotel", "boat", "farm"]
COLOURS = ["red", "green", "blue", "white", "black", "yellow", "silver", "golden", "purple", "orange"]
MESSAGES_A_VISITOR = 5
AT_ONCE = 24
"""Visitors who write at the same moment, each on a connection of his own."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    url: str
    seconds: float
    """From the start of the process until it said that it accepts traffic."""
    data: Path

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def processor_seconds(self) -> float:
        """Time on a processor so far, in user mode and in the kernel."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """Ends it as an operator would."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)


def question(number: int) -> str:
    """One of 10,000 different questions."""
    parts = [number // 10**place % 10 for place in range(4)]
    return f"how do I {VERBS[parts[0]]} the {COLOURS[parts[1]]} {SUBJECTS[parts[2]]} in the {PLACES[parts[3]]}"


def make_desk(folder: Path, articles: int) -> None:
    """Writes a desk with so many articles of three questions each."""
    (folder / "config").mkdir(parents=True)
    (folder / "kb" / "articles").mkdir(parents=True)
    (folder / "config" / "desk.yml").write_text(
        "desk: {name: Bench, languages: [en], default_language: en}\n", encoding="utf-8"
    )
    (folder / "config" / "channels.yml").write_text(
        "channels: {server: {trusted_proxies: [127.0.0.1]}}\n", encoding="utf-8"
    )
    lines = ["articles:"]
    for number in range(articles):
        text = question(number * 7 % 10_000)
        lines += [
            f"  - id: article-{number}",
            f"    title: {text[9:].capitalize()}",
            f"    questions: [{text}, 'help me {text[9:]}', 'where can I {text[9:]}?']",
            f"    answer: This is answer number {number}.",
        ]
    (folder / "kb" / "articles" / "all.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def start(desk: Path, data: Path, port: int = 0, *, log: int = subprocess.DEVNULL) -> Server:
    """Starts the server, on any free port by itself, and waits for its ready line; `log` is a file descriptor."""
    command = [str(Path(sys.executable).with_name("firstline")), "serve", str(desk)]
    command += ["--port", str(port), "--data", str(data)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    if process.stdout is None:
        raise RuntimeError("the server has no output")
    ready = json.loads(process.stdout.readline())
    return Server(process, ready["web"], time.perf_counter() - began, data)


class Visitor:
    """One customer with a connection shared with others."""

    def __init__(self, client: aiohttp.ClientSession, url: str, number: int) -> None:
        self.client = client
        self.headers = {
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "Origin": url.rstrip("/"),
        }

    async def open(self) -> None:
        """Asks for a session."""
        async with self.client.post("/web/v1/session", json={}, headers=self.headers) as answer:
            self.headers["Authorization"] = f"Bearer {(await answer.json())['token']}"

    async def say(self, text: str) -> float:
        """Writes; returns the seconds until it was accepted."""
        began = time.perf_counter()
        body = {"client_id": secrets.token_hex(8), "text": text}
        async with self.client.post("/web/v1/messages", json=body, headers=self.headers) as answer:
            await answer.read()
        return time.perf_counter() - began

    async def hear(self, answers: asyncio.Queue[float]) -> None:
        """Listens to the stream and notes when the bot's answers arrive."""
        async with self.client.get("/web/v1/stream", headers=self.headers) as stream:
            async for line in stream.content:
                if line.startswith(b"data:") and b"answer number" in line:
                    answers.put_nowait(time.perf_counter())


def connect(server: Server) -> aiohttp.ClientSession:
    """A client with as many connections as are asked for; an answer that is an error ends the run."""
    endless = aiohttp.ClientTimeout(total=None)
    return aiohttp.ClientSession(
        server.url, connector=aiohttp.TCPConnector(limit=0), timeout=endless, raise_for_status=True
    )


async def measure_rate(server: Server, messages: int) -> float:
    """Messages a second from the first request until every answer is stored."""
    async with connect(server) as client:
        visitors = [Visitor(client, server.url, number) for number in range(messages // MESSAGES_A_VISITOR)]
        waiting = list(enumerate(visitors))

        async def talk() -> None:
            while waiting:
                number, visitor = waiting.pop()
                for turn in range(MESSAGES_A_VISITOR):
                    await visitor.say(question((number * MESSAGES_A_VISITOR + turn) * 7 % 7_000))

        for visitor in visitors:
            await visitor.open()
        began = time.perf_counter()
        await asyncio.gather(*(talk() for _ in range(AT_ONCE)))
        await asyncio.to_thread(wait_until_done, server.data)
        return len(visitors) * MESSAGES_A_VISITOR / (time.perf_counter() - began)


def wait_until_done(data: Path) -> None:
    """Looks into the database until no event waits to be worked on."""
    path = next(data.glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        while database.execute("SELECT 1 FROM inbox WHERE state = 'new' LIMIT 1").fetchone():
            time.sleep(0.02)


async def measure_waits(server: Server, rate: int, seconds: int) -> tuple[list[float], list[float]]:
    """Seconds until accepted, and until the answer reached the listening customer, at an even rate."""
    accepted: list[float] = []
    answered: list[float] = []

    async def one(number: int) -> None:
        visitor = Visitor(client, server.url, 1_000_000 + number)
        await visitor.open()
        answers: asyncio.Queue[float] = asyncio.Queue()
        listening = asyncio.create_task(visitor.hear(answers))
        await asyncio.sleep(1)
        began = time.perf_counter()
        accepted.append(await visitor.say(question(number * 7 % 7_000)))
        answered.append(await asyncio.wait_for(answers.get(), 20) - began)
        listening.cancel()

    async with connect(server) as client:
        tasks = []
        for number in range(rate * seconds):
            tasks.append(asyncio.create_task(one(number)))
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*tasks)
    return accepted, answered


def quantile(values: list[float], part: float) -> float:
    """By nearest rank, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] * 1000


def main() -> None:
    """Measures and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=3_000)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk, data = Path(folder, "desk"), Path(folder, "data")
        make_desk(desk, args.articles)
        first = start(desk, data)
        first.stop()
        server = start(desk, data)
        idle = server.memory()
        accepted, answered = asyncio.run(measure_waits(server, args.rate, args.seconds))
        began, own = server.processor_seconds(), time.process_time()
        rate = asyncio.run(measure_rate(server, args.messages))
        cost = (server.processor_seconds() - began) / args.messages
        own = (time.process_time() - own) / args.messages
        rows = [
            ("cold start, nothing built", f"{first.seconds:.2f} s"),
            ("cold start, index kept", f"{server.seconds:.2f} s"),
            ("resident memory after the start", f"{idle:.0f} MB"),
            ("resident memory after the load", f"{server.memory():.0f} MB"),
            (
                f"accepted at {args.rate}/s, p50 / p99",
                f"{quantile(accepted, 0.5):.0f} / {quantile(accepted, 0.99):.0f} ms",
            ),
            (
                f"answer heard at {args.rate}/s, p50 / p95",
                f"{quantile(answered, 0.5):.0f} / {quantile(answered, 0.95):.0f} ms",
            ),
            ("sustained rate, answers stored", f"{rate:.0f} messages/s"),
            ("processor time for a message: server / client", f"{cost * 1000:.1f} / {own * 1000:.1f} ms"),
        ]
        server.stop()
    print(f"{args.articles} articles, {args.messages} messages, {os.cpu_count()} cores")
    for name, value in rows:
        print(f"{name:<48}{value}")


if __name__ == "__main__":
    main()
