"""Make sure that there is a Chromium for the browser tests, or say how to get one.

The headless shell is taken first: it draws no windows, and a page costs a third less.
"""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get update -qq && apt-get install -y -qq --no-install-recommends "


def find() -> str | None:
    """The path of an installed Chromium, the one in CHROMIUM first."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    """Install Chromium where that is possible; else say how."""
    said = ""
    if (
        not (os.environ.get("CHROMIUM") or shutil.which(SHELL))
        and shutil.which("apt-get")
        and os.geteuid() == 0
    ):
        print("Installing Chromium for the browser tests ...", flush=True)
        done = subprocess.run(
            ["sh", "-c", f"{INSTALL}{SHELL} fonts-noto-cjk"],
            capture_output=True,
            text=True,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
        said = done.stderr
    if not find():
        sys.exit(
            f"{said}\nThe browser tests need Chromium and found none. Install it (Debian, Ubuntu: "
            "sudo apt-get install chromium; macOS: brew install --cask chromium) "
            "or set CHROMIUM to its path, then run make test again."
        )


if __name__ == "__main__":
    main()
