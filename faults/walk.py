"""Every page that every role can reach by links in a filled clinic: none may break, none may lead nowhere.

Starts at Today as each human of the demo and follows what the pages themselves link to. A small run takes one page of
each kind in the first clinic; a full one walks sixty people and both clinics to the end.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, deque
from html.parser import HTMLParser

from _folder import counted
from _house import Client, House, served_house

FULL_HOUSE, SMALL_HOUSE = 60, 4
SMALL_STEP = 5  # every fifth human; tests/access opens each route as each role
MOST_OF_A_KIND = 1000
SEEN_OFF = ("/static/", "/sign-out/", "mailto:", "tel:", "http", "#")
FINE = (200, 302, 403)  # 403: a sentence that says who may; it must not be linked to, so it is counted


class Links(HTMLParser):
    """What a page links to, in this house."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        address = told.get("href") if tag == "a" else None
        if address and not address.startswith(SEEN_OFF):
            self.found.append(address.partition("#")[0])


def kind_of(path: str) -> str:
    """Pages that differ in whom they are about alone are of one kind."""
    return re.sub(r"\d+", "N", path.partition("?")[0])


def absolute(path: str, link: str) -> str:
    if link.startswith("/"):
        return link
    return path.partition("?")[0] + link if link.startswith("?") or not link else path.rpartition("/")[0] + "/" + link


def walk(browser: Client, most_of_a_kind: int) -> tuple[Counter[int], list[str]]:
    """How often each status was answered, and which pages broke or were not there."""
    waiting, seen, kinds = deque([("/", "")]), {"/"}, Counter[str]()
    statuses, bad = Counter[int](), list[str]()
    while waiting:
        path, linked_from = waiting.popleft()
        status, body = browser.get(path)
        statuses[status] += 1
        if status not in FINE:
            bad.append(f"{path} answered {status}, linked from {linked_from}")
        links = Links()
        links.feed(body.decode(errors="replace"))
        for link in (absolute(path, each) for each in links.found):
            if link not in seen and kinds[kind_of(link)] < most_of_a_kind:
                seen.add(link)
                kinds[kind_of(link)] += 1
                waiting.append((link, path))
    return statuses, bad


def humans(there: House, *, of_all_clinics: bool) -> list[str]:
    made = json.loads((there.folder / "demo-logins.json").read_text())["logins"]
    return [each["user"] for each in made if of_all_clinics or each["clinic"] == made[0]["clinic"]]


def main() -> int:
    counted(__doc__, full=MOST_OF_A_KIND)
    full, statuses, bad = "--full" in sys.argv, Counter[int](), list[str]()
    with served_house(FULL_HOUSE if full else SMALL_HOUSE) as there:
        everybody = humans(there, of_all_clinics=full)
        for user in everybody if full else everybody[::SMALL_STEP]:
            found, broken = walk(there.browser(user), MOST_OF_A_KIND if full else 1)
            statuses += found
            bad += [f"{user}: {each}" for each in broken]
            print(f"{user}: {sum(found.values())} pages, {len(broken)} bad", flush=True)
    for each in bad[:40]:
        print(each, flush=True)
    answered = {str(status): number for status, number in sorted(statuses.items())}
    told = {"name": "walk", "ok": not bad, "pages": sum(statuses.values()), "answered": answered, "bad": len(bad)}
    print(json.dumps(told))
    return 0 if not bad else 1


if __name__ == "__main__":
    sys.exit(main())
