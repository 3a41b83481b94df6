"""What the processes of a test session make once and share."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

SHARED_FOLDER = "RETAIL_UPLIFT_TEST_SHARED"


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first process of the session to ask for it fills.

    The others wait for it. If it fails there, they try again and fail, too.
    """
    folder = Path(os.environ[SHARED_FOLDER]) / name
    done = folder.with_suffix(".done")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder
