"""A marketer's way through the dashboard, in a real browser without a screen."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from published_files import write_copy

pytest.importorskip("streamlit", reason="streamlit is not installed (extra dashboard)")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed (extra dashboard)"
)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
TITLES = {
    "": "Today's answers",
    "customers": "Who are our customers?",
    "campaigns": "What did each campaign bring?",
    "whom_next": "Whom should the next campaign go to?",
    "game": "Target the right customers",
    "evidence": "How sure are we?",
    "data": "From what were these answers made?",
}

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no browser {CHROMIUM}: install package chromium"
)


@pytest.fixture(scope="module")
def pointer(real_warehouse: Path, scratch_folder: Path) -> Path:
    """What is published: at first a build without rows."""
    empty = scratch_folder / "first_build.duckdb"
    write_copy(real_warehouse, empty, is_empty=True)
    link = scratch_folder / "browsed.duckdb"
    link.symlink_to(empty)
    return link


@pytest.fixture(scope="module")
def address(pointer: Path) -> Iterator[str]:
    """The dashboard, served on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "retail_uplift.serving.dashboard", str(pointer)]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urlopen(address, timeout=5).close()
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the dashboard does not start within a minute")


@pytest.fixture
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


def test_way_through_the_dashboard(browser, address, pointer, real_warehouse):
    asked = set()
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    page.on("request", lambda request: asked.add(request.url))
    page.goto(address)
    page.get_by_text("There are no answers").wait_for()

    # A new build is published: the page that is open shows it, and says so.
    other = pointer.with_name("swapped.duckdb")
    other.symlink_to(real_warehouse)
    other.replace(pointer)
    page.get_by_text("A new build was published").wait_for()
    page.get_by_text("Did the campaigns raise spend?").first.wait_for()

    # Each page has its title, and pictures have texts for those who do not see them.
    for place, title in TITLES.items():
        page.goto(f"{address}/{place}")
        page.get_by_role("heading", name=title, level=1).wait_for()
        page.locator("[data-test-script-state=notRunning]").wait_for()
        for picture in page.locator(".picture img").all():
            assert len(picture.get_attribute("alt")) > 40

    # The list can be downloaded.
    page.goto(f"{address}/whom_next")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these households").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("source_household_id,")
    assert len(lines) > 1000

    # The keyboard alone reaches the pages.
    page.goto(address)
    page.get_by_role("heading", name="Today's answers").wait_for()
    page.get_by_role("link", name="Campaigns", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What did each campaign bring?").wait_for()

    # On a phone nothing but tables and pictures moves sideways.
    page.set_viewport_size(PHONE)
    for place in TITLES:
        page.goto(f"{address}/{place}")
        page.get_by_role("heading", level=1).wait_for()
        page.locator("[data-test-script-state=notRunning]").wait_for()
        width = page.evaluate("document.querySelector('.stMain').scrollWidth")
        assert width <= PHONE["width"]

    # Nothing is loaded from elsewhere.
    local = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(local)] == []
