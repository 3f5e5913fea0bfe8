"""Many hands on one lot at the same moment: each waits for the one before, and is refused when nothing is left."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from django.db import connection

from fenestra.care.inventory import queries, rules
from tests.care.inventory.conftest import furnish

HANDS = 6


def outcomes_at_once(act: Callable[[], object]) -> Counter[str]:
    """Start the same act from several threads at one moment; how each ended."""
    ended: list[str] = []
    start = threading.Barrier(HANDS)

    def hand() -> None:
        start.wait()
        try:
            act()
            ended.append("done")
        except rules.NotEnough:
            ended.append("not enough")
        finally:
            connection.close()

    threads = [threading.Thread(target=hand) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


def test_draws_at_once_never_take_more_than_the_lot_holds(book_db: str, quick_passwords: None) -> None:
    safe = furnish()
    safe.count()
    ended = outcomes_at_once(lambda: safe.draw("4000", "100"))
    assert ended == {"done": 2, "not enough": HANDS - 2}
    assert safe.see(queries.on_hand) == {safe.lot_id: 2000}
    assert safe.see(queries.balances_ok)


def test_wastes_at_once_never_take_more_than_the_draw_holds(book_db: str, quick_passwords: None) -> None:
    safe = furnish()
    safe.count()
    draw_id = safe.draw("40")
    ended = outcomes_at_once(lambda: safe.waste(draw_id, "15"))
    assert ended == {"done": 2, "not enough": HANDS - 2}
    assert safe.see(queries.draw_value, draw_id).left_mg == 10


def test_doses_at_once_are_all_recorded_and_the_surplus_is_marked(book_db: str, quick_passwords: None) -> None:
    safe = furnish()
    safe.count()
    draw_id = safe.draw("40")
    assert outcomes_at_once(lambda: safe.give(draw_id, "10")) == {"done": HANDS}
    assert sum(line.mg for line in safe.see(queries.unreconciled)) == 20
    assert safe.see(queries.balances_ok)
