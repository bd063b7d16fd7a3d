"""`firstline serve` and `demo` as real processes: started, edited under way, stopped, refused."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Firstline

SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that accepts traffic."""

    process: subprocess.Popen[str]
    web: str
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        """The status and the text of a page."""
        try:
            with urllib.request.urlopen(self.web + path, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def stop(self) -> int:
        """Asks it to end, and waits for that."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=SECONDS)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `firstline` with arguments and waits for its ready line; what still runs at the end is ended."""
    running: list[subprocess.Popen[str]] = []

    def started(*arguments: str | Path, **environment: str) -> Running:
        log = tmp_path / f"log-{len(running)}"
        command = [sys.executable, "-c", "from adapters.cli.main import run; run()", *map(str, arguments)]
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ | environment
            )
        running.append(process)
        assert process.stdout
        assert select.select([process.stdout], [], [], SECONDS)[0], log.read_text()
        line = process.stdout.readline()
        assert line, log.read_text()
        ready = json.loads(line)
        assert ready["event"] == "ready"
        assert ready["pid"] == process.pid
        return Running(process=process, web=ready["web"], log=log)

    yield started
    for process in running:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_serve_answers_until_it_is_asked_to_end(start: Start, desk: Path) -> None:
    """It says when it is ready, is healthy, keeps its data in the desk folder, and ends with 0 when asked."""
    server = start("serve", desk, "--port", "0")
    assert server.get("/health/live")[0] == 200
    assert server.get("/health/ready")[0] == 200
    assert server.get("/chat")[0] == 200
    assert (desk / ".firstline" / "firstline.db").exists()
    assert server.stop() == 0
    assert "Stopped" in server.log.read_text()


def test_a_second_process_on_the_same_data_is_refused(start: Start, firstline: Firstline, desk: Path) -> None:
    """Two servers never share a file: the second ends with 2 and a line, the first goes on."""
    server = start("serve", desk, "--port", "0")
    ran = firstline("serve", desk, "--port", "0")
    assert ran.code == 2
    assert "already works on" in ran.err
    assert server.get("/health/ready")[0] == 200


def test_every_reason_to_refuse_a_start_is_told_at_once(firstline: Firstline, desk: Path, tmp_path: Path) -> None:
    """Errors in the desk, a missing secret, a taken port and an unusable data folder end with 2, together."""
    (desk / "config" / "channels.yml").write_text(
        "channels:\n  web:\n    identity: signed\n    identity_secret: NO_SUCH_SECRET\n"
    )
    (tmp_path / "data").write_text("not a folder")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = firstline("serve", desk, "--port", port, "--data", tmp_path / "data")
    assert ran.code == 2
    assert ran.out == ""
    assert "NO_SUCH_SECRET is not set" in ran.err
    assert f"Port {port}" in ran.err
    assert "data folder" in ran.err


def test_demo_is_ready_to_talk_and_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    """One command: chat and console answer, a link is told, and afterwards nothing is left."""
    server = start("demo", "--port", "0", "--no-open", TMPDIR=str(tmp_path))
    told = server.log.read_text()
    assert f"{server.web}/demo" in told
    link = next(word for word in told.split() if word.startswith(f"{server.web}/console/link/"))
    assert server.get(link.removeprefix(server.web))[0] == 200
    assert server.get("/demo")[0] == 200
    assert list(tmp_path.glob("firstline-demo-*"))
    assert server.stop() == 0
    assert not list(tmp_path.glob("firstline-demo-*"))


def test_a_second_signal_ends_at_once(start: Start, desk: Path) -> None:
    """Whoever cannot wait sends a second signal; what was accepted is stored anyway."""
    server = start("serve", desk, "--port", "0")
    server.process.send_signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    server.process.wait(timeout=SECONDS)
    assert time.monotonic() - began < SECONDS
    assert server.process.returncode in (0, -signal.SIGTERM)
