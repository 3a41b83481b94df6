"""Starts the dashboard: ``python -m retail_uplift.serving.dashboard``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from streamlit.web import cli

# Loaded before the first reader comes, who would wait for it.
from retail_uplift.figures import pictures  # noqa: F401
from retail_uplift.serving.published import POINTER, resolve

# Only this machine is served, nothing is sent anywhere, no file is watched.
SETTINGS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.base": "light",
}


def command(port: int, address: str) -> list[str]:
    """Return the arguments of streamlit that serve the dashboard."""
    settings = SETTINGS | {"server.address": address, "server.port": str(port)}
    flags = [f"--{name}={value}" for name, value in settings.items()]
    return ["run", str(Path(__file__).with_name("app.py")), *flags]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 1 if nothing is published."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.serving.dashboard",
        description="Show the published build in a browser.",
    )
    parser.add_argument("pointer", type=Path, nargs="?", default=POINTER)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument(
        "--address",
        default=SETTINGS["server.address"],
        help="0.0.0.0 lets other machines in: they see every household",
    )
    options = parser.parse_args(arguments)
    try:
        resolve(options.pointer)
    except FileNotFoundError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 1
    os.environ["RETAIL_UPLIFT_PUBLISHED"] = str(options.pointer.absolute())
    print(f"==> dashboard on http://{options.address}:{options.port}, Ctrl+C ends it")
    sys.stdout.flush()
    cli.main(command(options.port, options.address), standalone_mode=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
