"""Sends guesses at the door of a served clinic, and counts how many got in.

Four ways, each a share of the count: one account from one place; one account from a new address each time; many
accounts from one address; and, with the right password in hand, codes of the second factor. All come as fast as they
are answered, four at a time. Among the passwords guessed is the right one, soon after the waits begin: a door that
looks at every guess lets it in. At the end the nurse signs in from the screen that knows her, and a physician from hers, while the guessing
goes on.
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.parse import urlencode

from _folder import counted
from _house import Client, House, load, served_house

FULL, LEAST, AT_ONCE = 10_000, 160, 4
NURSE, PHYSICIAN = "nurse", "physician"
FREE_OF_PAIR, FREE_OF_ACCOUNT = 5, 30  # as many as are looked at; the right password comes soon after, during the wait
FORM = "application/x-www-form-urlencoded"
SAME, ELSEWHERE = "198.51.100.7", "203.0.113.{}"


class Guesser(Client):
    """A browser that nobody knows, at an address of its own as the clinic's proxy would tell it."""

    def guess(self, path: str, told: dict[str, str], address: str) -> tuple[int, bool]:
        """The answer to one guess, and whether it got in: a page of the house opens."""
        fields = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **told}
        status, _ = self.send("POST", path, urlencode(fields).encode(), FORM, more={"X-Forwarded-For": address})
        return status, status == 302 and self.get("/people/")[0] == 200


def stranger(port: int) -> Guesser:
    made = Guesser(port)
    made.get("/sign-in/")
    return made


def password_guess(there: House, account: str, address: str, *, right: bool) -> tuple[int, bool]:
    client = stranger(there.port)
    guess = there.login(account)[1] if right else secrets.token_urlsafe(9)
    try:
        return client.guess("/sign-in/", {"username": account, "password": guess}, address)
    finally:
        client.close()


def one_account(there: House, number: int) -> tuple[int, bool]:
    right = 2 * FREE_OF_PAIR <= number < 3 * FREE_OF_PAIR
    return password_guess(there, NURSE, SAME, right=right)


def one_account_from_everywhere(there: House, number: int) -> tuple[int, bool]:
    right = FREE_OF_ACCOUNT + AT_ONCE <= number < FREE_OF_ACCOUNT + 2 * AT_ONCE
    return password_guess(there, "nurse2", ELSEWHERE.format(number % 250), right=right)


def many_accounts(there: House, number: int) -> tuple[int, bool]:
    return password_guess(there, ACCOUNTS[number % len(ACCOUNTS)], "198.51.100.8", right=False)


def codes(there: House, number: int) -> tuple[int, bool]:
    """The password is known to the guesser; the code is not."""
    with ONE_AT_A_TIME:
        if number % HALF_LASTS == 0 or not HALVES:
            HALVES[:] = [stranger(there.port)]
            username, password = there.login("director")
            HALVES[0].guess("/sign-in/", {"username": username, "password": password}, "198.51.100.9")
        return HALVES[0].guess("/sign-in/second/", {"code": f"{secrets.randbelow(10**6):06}"}, "198.51.100.9")


ACCOUNTS = ("therapist", "therapist2", "coordinator", "privacy", "auditor")
HALF_LASTS = 200  # codes guessed with one right password, which is asked for again after five minutes
HALVES: list[Guesser] = []
ONE_AT_A_TIME = threading.Lock()
WAYS = (one_account, one_account_from_everywhere, many_accounts, codes)


def guess_all(there: House, count: int) -> tuple[dict[str, Counter[str]], int]:
    """Every way's answers by status, and how many got in."""
    answers: dict[str, Counter[str]] = {way.__name__: Counter() for way in WAYS}
    got_in = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for way in WAYS:
            for status, inside in pool.map(lambda number, way=way: way(there, number), range(count // len(WAYS))):
                answers[way.__name__]["got in" if inside else str(status)] += 1
                got_in += inside
            print(f"{way.__name__}: {dict(answers[way.__name__])}", flush=True)
    return answers, got_in


def honest(there: House, known: dict[str, Client]) -> dict[str, float]:
    """Seconds in which each signs in at their own screen while somebody goes on guessing at their account."""
    done = threading.Event()
    guessing = [threading.Thread(target=_go_on, args=(there, account, done), daemon=True) for account in known]
    for each in guessing:
        each.start()
    took = {}
    for account, screen in known.items():
        began = time.perf_counter()
        screen.post_form("/sign-out/", {})
        screen.click_in(account)
        took[account] = round(time.perf_counter() - began, 2)
    done.set()
    for each in guessing:
        each.join()
    return took


def _go_on(there: House, account: str, done: threading.Event) -> None:
    while not done.is_set():
        client = stranger(there.port)
        try:
            client.guess("/sign-in/", {"username": account, "password": "guess"}, SAME)
        except (OSError, HTTPException):
            return
        finally:
            client.close()


def main() -> int:
    count = max(LEAST, counted(__doc__, full=FULL))
    with served_house() as there:
        known = {NURSE: there.browser(NURSE), PHYSICIAN: there.browser(PHYSICIAN)}
        began = time.perf_counter()
        answers, got_in = guess_all(there, count)
        took = time.perf_counter() - began
        looked_at = sum(each["422"] for each in answers.values())
        signed_in = honest(there, known)
    verdict = {
        "name": "guess",
        "ok": got_in == 0 and len(signed_in) == len(known),
        "guesses": sum(each.total() for each in answers.values()),
        "got in": got_in,
        "looked at": looked_at,
        "told to wait": sum(each["429"] for each in answers.values()),
        "answers": {name: dict(each) for name, each in answers.items()},
        "guesses a second": round(count / took),
        "honest sign-in meanwhile, s": signed_in,
        **load(),
    }
    print(json.dumps(verdict))
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
