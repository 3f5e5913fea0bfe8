"""After any sequence of acts the balances are the naive sum of the lines, never below zero, and nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenestra.care.inventory import actions, queries, stock
from fenestra.care.inventory.models import LedgerLine
from fenestra.care.inventory.rules import IN_THE_HOUSE, Account
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import Refused
from tests.care.inventory.conftest import TODAY, Safe

AMOUNTS = st.decimals("0.001", "400", places=3)
WHICH = st.integers(0, 8)
VERBS = (
    "receive",
    "draw",
    "neat draw",
    "give",
    "waste",
    "residue",
    "return",
    "overfill",
    "destroy",
    "adjust",
    "reverse",
)
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), AMOUNTS, WHICH, st.booleans()), min_size=1, max_size=14)


def naive_balances(lines: list[LedgerLine]) -> dict[tuple[str, int | None], Decimal]:
    """Line by line with plain decimals; stock per lot, drawn per draw."""
    balances: dict[tuple[str, int | None], Decimal] = defaultdict(Decimal)
    for line in lines:
        for account, sign in ((line.source, -1), (line.target, 1)):
            owner = {Account.STOCK: line.lot_id, Account.DRAWN: line.draw_id}.get(Account(account))
            balances[account, owner] += sign * line.mg
    return balances


def take(safe: Safe, verb: str, mg: Decimal, which: int, plus: bool, draws: list[int]) -> None:
    """One act of the sequence; a refusal is an answer like any other."""
    draw_id = draws[which % len(draws)] if draws else None
    lots = list(queries.on_hand(safe.scopes["nadia"], OPEN))
    lot_id = lots[which % len(lots)]
    signed = {"witness_username": "noah", "witness_password": "password of noah"}
    second = {"second_witness_username": "mira", "second_witness_password": "password of mira"}
    if verb == "receive":
        safe.receive(lot_number=f"R-{which % 2}", containers=which)
    elif verb in ("draw", "neat draw"):
        neat = verb == "neat draw"
        volume = str((mg / 50).quantize(Decimal("0.01"))) if neat else "60"
        safe.count(lot_id=lot_id)
        draws.append(safe.draw(str(mg), volume, lot_id=lot_id, diluent="" if neat else "sodium chloride 0.9 %"))
    elif verb == "give":
        safe.give(draw_id, str(mg))
    elif verb == "waste" and draw_id:
        safe.waste(draw_id, str(mg))
    elif verb == "residue" and draw_id:
        safe.do(actions.residue_loss, draw_id=draw_id, mg=mg, **signed)
    elif verb == "return" and draw_id:
        safe.do(actions.return_to_stock, draw_id=draw_id, mg=mg, reason="not needed")
    elif verb == "overfill":
        safe.do(stock.overfill_gain, lot_id=lot_id, mg=mg, reason="more in the vial")
    elif verb == "destroy":
        told: dict[str, Any] = {**signed, **second, "manner": "burnt", "event_date": TODAY}
        safe.do(stock.destroy, "paula", lot_id=lot_id, mg=mg, **told)
    elif verb == "adjust":
        change = mg if plus else -mg
        told = {"reason": "count", "password": "password of paula"}
        safe.do(stock.adjust, "paula", lot_id=lot_id, change_mg=change, **told)
    elif verb == "reverse":
        newest = list(LedgerLine.objects.order_by("-pk").values_list("pk", flat=True)[: which + 1])
        safe.do(stock.reverse, line_id=newest[-1], reason="typed wrong")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_balances_are_the_sum_of_lines_and_never_negative(
    safe: Safe, steps: list[tuple[str, Decimal, int, bool]]
) -> None:
    with transaction.atomic():
        draws: list[int] = []
        given_mg = Decimal(0)
        for verb, mg, which, plus in steps:
            before = LedgerLine.objects.count()
            try:
                take(safe, verb, mg, which, plus, draws)
            except Refused:
                assert verb != "give", "a dose given is never refused"
                assert LedgerLine.objects.count() == before
            given_mg += mg if verb == "give" else 0
        judge(safe, draws, given_mg, any(verb == "reverse" for verb, *_ in steps))
        transaction.set_rollback(True)


def judge(safe: Safe, draws: list[int], given_mg: Decimal, reversed_any: bool) -> None:
    """The naive sum, the queries and the conservation of milligrams agree."""
    naive = naive_balances(list(LedgerLine.objects.all()))
    assert sum(naive.values()) == 0, "what leaves one account arrives in another"
    assert all(mg >= 0 for (account, _), mg in naive.items() if account in IN_THE_HOUSE)
    assert safe.see(queries.balances_ok)
    for lot_id, mg in safe.see(queries.on_hand).items():
        assert mg == naive[Account.STOCK, lot_id]
    for draw_id in draws:
        assert safe.see(queries.draw_value, draw_id).left_mg == naive[Account.DRAWN, draw_id]
    uncovered = sum((line.mg for line in safe.see(queries.unreconciled)), Decimal(0))
    assert uncovered == -naive[Account.UNCOVERED, None]
    if not reversed_any:
        assert naive[Account.GIVEN, None] == given_mg, "every milligram given is in the record"
