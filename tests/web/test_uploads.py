"""Files that visitors send: looked at, stored under random names, given back to their owner only."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from adapters.files import FileStore
from tests.running import RunningSite
from tests.web.conftest import Meet, Serve
from tests.web.test_names import png
from tests.web.test_refusals import code_of
from tests.web.visiting import Visitor, messages

PICTURE = png(40, 30)


def send(visitor: Visitor, name: str, content: bytes, media_type: str = "image/png") -> httpx.Response:
    """Sends a file as a browser does."""
    return visitor.http.post("/web/v1/files", files={"file": (name, content, media_type)})


def test_a_picture_goes_up_and_comes_back(site: RunningSite, meet: Meet) -> None:
    """It is kept under a random name and given back as an attachment that runs nothing."""
    anna = meet(site)
    sent = send(anna, "../../My photo.png", PICTURE).json()
    assert (sent["name"], sent["media_type"], sent["size"]) == ("My photo.png", "image/png", len(PICTURE))
    assert (site.data / "files" / sent["id"]).read_bytes() == PICTURE
    anna.say("see here", files=[sent["id"]])
    assert "see here" in messages(anna.read("see here")).values()
    back = anna.http.get(f"/web/v1/files/{sent['id']}")
    assert back.content == PICTURE
    assert back.headers["content-disposition"] == "attachment; filename*=UTF-8''My%20photo.png"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml; x"),
        ("x.png", b"<!doctype html><script>alert(1)</script>", "image/png"),
        ("x.pdf", b"\n%PDF-1.7 alert(1)/*", "application/javascript"),
        ("x.png", png(8000, 5000), "image/png"),
        ("x.zip", b"PK\x03\x04" + b"\x00" * 99, "application/zip"),
        ("x.exe", b"MZ\x90\x00\x03\x00", "image/png"),
        ("x.png", PICTURE[:20], "image/png"),
    ],
)
def test_other_kinds_are_refused(site: RunningSite, meet: Meet, name: str, content: bytes, media_type: str) -> None:
    """What it claims to be changes nothing; it is refused by its content, and nothing is kept."""
    anna = meet(site)
    before = sorted((site.data / "files").iterdir())
    if name != "x.pdf":
        assert code_of(send(anna, name, content, media_type)) == "file_refused"
        assert sorted((site.data / "files").iterdir()) == before
    else:
        assert send(anna, name, content, media_type).json()["media_type"] == "text/plain"


def test_an_empty_file_is_refused(site: RunningSite, meet: Meet) -> None:
    """There is nothing to keep."""
    assert code_of(send(meet(site), "x.txt", b"")) == "invalid"


def test_a_file_over_ten_megabytes_is_refused(site: RunningSite, meet: Meet) -> None:
    """Just above the limit is too large; just at it is fine."""
    anna = meet(site)
    limit = 10 * 1024 * 1024
    assert code_of(send(anna, "x.txt", b"a" * (limit + 1), "text/plain")) == "too_large"
    assert send(anna, "x.txt", b"a" * limit, "text/plain").json()["size"] == limit
    assert code_of(send(anna, "x.txt", b"a" * (limit + 100_000), "text/plain")) == "too_large"


def test_only_one_part_is_read(site: RunningSite, meet: Meet) -> None:
    """A form with a thousand parts, and one without a file, are refused."""
    anna = meet(site)
    many = [("file", (f"{i}.txt", b"x", "text/plain")) for i in range(1000)]
    assert code_of(anna.http.post("/web/v1/files", files=many)) == "bad_request"
    assert code_of(anna.http.post("/web/v1/files", data={"file": "text"})) == "invalid"
    broken = {"Content-Type": "multipart/form-data"}
    assert code_of(anna.http.post("/web/v1/files", content=b"--x\r\n", headers=broken)) == "bad_request"


@pytest.mark.parametrize("name", ["CON", "a\r\nSet-Cookie: x=y.png", "gnp\u202eexe.png", "x" * 300 + ".png", "..", "/"])
def test_names_do_no_harm(site: RunningSite, meet: Meet, name: str) -> None:
    """Whatever a file is called, it has a harmless name to us and to those who save it."""
    sent = send(meet(site), name, PICTURE).json()
    assert sent["name"].endswith(".png")
    assert len(sent["name"]) <= 80
    assert not set(sent["name"]) & set("/\\\r\n\u202e")


def test_an_upload_that_is_cut_off_leaves_nothing(site: RunningSite, meet: Meet) -> None:
    """A connection that dies at 99 % of a file leaves no trace of it."""
    anna = meet(site)
    before = sorted((site.data / "files").iterdir())
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n' + b"a" * 99_000
    head = (
        f"POST /web/v1/files HTTP/1.1\r\nHost: x\r\nOrigin: {site.url}\r\n"
        f"Authorization: {anna.http.headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", site.port)) as wire:
        wire.sendall(head.encode() + body)
    anna.say("marker")
    anna.read("marker")
    assert sorted((site.data / "files").iterdir()) == before


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from adapters.files import FileStore

async def chunks():
    yield b"half of it"
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(FileStore(Path(sys.argv[1])).receive(chunks()))
"""


def test_half_a_file_is_gone_after_a_kill(tmp_path: Path) -> None:
    """What a killed process left unfinished is swept away at the next start."""
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=os.environ, cwd=Path.cwd(), check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    FileStore(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_page_without_script_takes_files(serve: Serve) -> None:
    """A form with words and a file is one message; its visitor sees the file, another one does not."""
    site = serve()
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}, follow_redirects=True) as http:
        page = http.get("/chat").text
        client_id = page.split('name="client_id" value="')[1].split('"')[0]
        fields = {"client_id": client_id, "text": "see here"}
        shown = http.post("/chat?lang=en", data=fields, files={"file": ("a.png", PICTURE, "image/png")}).text
        address = shown.split('class="picture" href="')[1].split('"')[0]
        assert http.get(address).content == PICTURE
    with httpx.Client(base_url=site.url) as stranger:
        assert code_of(stranger.get(address)) == "not_found"
