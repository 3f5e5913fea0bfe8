"""Walks over everything that is kept: no address of a registry, no path of one machine, no silenced test."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# Written so that this file does not contain what it looks for.
HOSTS = re.compile(
    r"py[p]i\.org|files\.python[h]osted|registry\.n[p]mjs|registry\.yarn[p]kg|(?:deb|security|archive|ports)\.(?:deb[i]an|ubu[n]tu)\.(?:org|com)"
    r"|n[p]m\.pkg\.git[h]ub|ar[t]ifactregistry|ar[t]ifactory|index-u[r]l\s*=|re[s]olved\"\s*:\s*\"http"
)
PATHS = re.compile(r"(?<![\w.~-])/(?:w[o]rk|r[o]ot|ho[m]e/\w+|Us[e]rs/\w+)/[\w.]")
SILENCED = re.compile(
    r"pytest\.sk[i]p\b|mark\.(?:sk[i]p|xf[a]il)|unittest\.sk[i]p|assert Tr[u]e\b|\bTO[D]O\b|\bFIX[M]E\b"
)
WITHOUT_REASON = re.compile(
    r"#\s*(?:type:\s*ign[o]re(?:\[[\w, -]*\])?|no[q]a(?::\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)?)\s*$"
)
TEXT_LIMIT_BYTES = 2_000_000


def kept(root: Path) -> list[tuple[str, list[str]]]:
    """Each text file that is tracked, or will be once it is added, with its lines."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = root / name
        if path.is_file() and path.stat().st_size <= TEXT_LIMIT_BYTES and b"\0" not in (content := path.read_bytes()):
            found.append((name, content.decode("utf-8", "replace").splitlines()))
    return found


def hits(root: Path, pattern: re.Pattern[str], what: str, names: str = "") -> list[str]:
    return [
        f"{name}:{number}: {what}: {match[0].strip()}"
        for name, lines in kept(root)
        if name.endswith(names)
        for number, line in enumerate(lines, 1)
        if (match := pattern.search(line))
    ]


def addresses_of_registries(root: Path) -> list[str]:
    """A lock or script that names where packages come from does not install behind another network's mirror."""
    return hits(root, HOSTS, "names a package registry; the machine says from where")


def paths_of_one_machine(root: Path) -> list[str]:
    return hits(root, PATHS, "names a folder of one machine")


def silenced_checks(root: Path) -> list[str]:
    """A test that skips, a check switched off without a reason, a thing left for later."""
    return hits(root, SILENCED, "silences a check or leaves something undone", ".py") + hits(
        root, WITHOUT_REASON, "switches a check off without saying why", ".py"
    )


REPOSITORY_WALKS = (addresses_of_registries, paths_of_one_machine, silenced_checks)
