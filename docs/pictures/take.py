"""Takes the README's pictures: plays the story of a talk on the demo desk in a browser, customer and agent.

`make pictures` runs it. Needs Chromium, as the browser tests do.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def take() -> None:
    """Starts the demo, plays the story, and writes the pictures beside this file."""
    with tempfile.NamedTemporaryFile("w+") as told:
        command = [sys.executable, "-c", "from adapters.cli.main import run; run()", "demo", "--port", "0", "--no-open"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True) as server:
            assert server.stdout is not None
            web = json.loads(server.stdout.readline())["web"]
            link = re.search(r"http\S+/console/link/\S+", Path(told.name).read_text())
            assert link is not None
            try:
                with sync_playwright() as play:
                    browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                    _play(browser, web, link[0])
            finally:
                server.terminate()


def _play(browser: Browser, web: str, link: str) -> None:
    customer = browser.new_page(viewport={"width": 420, "height": 940}, device_scale_factor=2)
    customer.goto(f"{web}/chat")
    _write(customer, "wheres the wifi code??")
    customer.get_by_text("Did that help?", exact=True).wait_for()
    customer.wait_for_timeout(700)
    customer.screenshot(path=HERE / "talk.png")
    _write(customer, "it still dosn't work, can i talk to a human")
    customer.get_by_text("passed our whole chat").first.wait_for()

    agent = browser.new_page(viewport={"width": 1360, "height": 820}, device_scale_factor=1.5)
    agent.goto(link)
    agent.locator("form button").first.click()
    agent.get_by_text("it still dosn't work").first.click()
    agent.locator("#card-title").wait_for()
    agent.wait_for_timeout(700)
    agent.screenshot(path=HERE / "card.png")


def _write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


take()
