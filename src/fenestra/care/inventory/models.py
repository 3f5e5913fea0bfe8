"""The controlled-drug ledger: lots, prepared doses, counts, and lines that move milligrams between two accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fenestra.care.inventory.rules import Account, LineKind
from fenestra.ground.book.models import EventRow, HeadRow
from fenestra.ground.clinic.models import Clinic


class Product(HeadRow):
    """One preparation as it is bought: what stands on the vial."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=60)
    drug = models.CharField(max_length=60)
    schedule = models.CharField(max_length=10)
    strength_mg_per_ml = models.DecimalField(max_digits=9, decimal_places=3)
    container_ml = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="one_product_per_name")]


class Lot(EventRow):
    """One batch of a product, by the number on its label."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    expires_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="one_lot_per_number")]


class Draw(EventRow):
    """One prepared syringe or bag: from which lot, how diluted, by whom, and who checked it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    visit_id = models.BigIntegerField(null=True, db_index=True)
    person_id = models.BigIntegerField(null=True)
    route = models.CharField(max_length=4)
    diluent = models.CharField(max_length=60, blank=True)
    volume_ml = models.DecimalField(max_digits=8, decimal_places=2)
    final_mg_per_ml = models.DecimalField(max_digits=9, decimal_places=3)
    prepared_by_id = models.BigIntegerField()
    checked_by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by_id=None) | ~Q(checked_by_id=F("prepared_by_id")), name="a_second_person_checked"
            )
        ]


class LedgerLine(EventRow):
    """One movement of milligrams from one account to another. Balances are sums of these and stand nowhere."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=16)
    target = models.CharField(max_length=16)
    mg = models.DecimalField(max_digits=12, decimal_places=3)
    ml = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    event_date = models.DateField(db_index=True)  # the real day of the event, which the law asks for
    at = models.DateTimeField()
    written_at = models.DateTimeField()  # the moment of typing, kept beside it
    by_id = models.BigIntegerField(null=True)
    visit_id = models.BigIntegerField(null=True, db_index=True)
    person_id = models.BigIntegerField(null=True)
    given_by_id = models.BigIntegerField(null=True)
    witness_id = models.BigIntegerField(null=True)
    second_witness_id = models.BigIntegerField(null=True)
    manner = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    unreconciled = models.BooleanField(default=False)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mg__gt=0), name="a_line_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="a_line_moves_somewhere"),
            models.CheckConstraint(
                condition=Q(lot__isnull=False) | Q(source=Account.UNCOVERED) | Q(target=Account.UNCOVERED),
                name="only_uncovered_milligrams_have_no_lot",
            ),
            models.CheckConstraint(
                condition=Q(draw__isnull=False) | ~(Q(source=Account.DRAWN) | Q(target=Account.DRAWN)),
                name="drawn_milligrams_name_their_draw",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[LineKind.WASTE, LineKind.RESIDUE_LOSS, LineKind.DESTROY])
                | Q(witness_id__isnull=False),
                name="what_is_thrown_away_was_witnessed",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LineKind.DESTROY) | Q(second_witness_id__isnull=False),
                name="destroying_takes_two_witnesses",
            ),
            models.CheckConstraint(
                condition=Q(witness_id=None) | ~Q(witness_id=F("by_id")), name="nobody_witnesses_their_own_act"
            ),
            models.CheckConstraint(
                condition=Q(second_witness_id=None)
                | ~(Q(second_witness_id=F("by_id")) | Q(second_witness_id=F("witness_id"))),
                name="the_second_witness_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LineKind.REVERSE) | Q(reverses__isnull=False), name="a_reversal_names_the_wrong_line"
            ),
            models.UniqueConstraint(fields=["reverses"], name="a_line_is_reversed_once"),
        ]


class Delivery(EventRow):
    """The other registrant of a receipt or transfer, as the record of it must name them."""

    line = models.OneToOneField(LedgerLine, on_delete=models.PROTECT, related_name="+")
    party_name = models.CharField(max_length=120)
    party_address = models.CharField(max_length=200)
    registration_number = models.CharField(max_length=40)
    invoice = models.CharField(max_length=60, blank=True)
    containers = models.PositiveIntegerField()


class Count(EventRow):
    """What somebody counted in the safe before the book showed them its balance."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    containers = models.PositiveIntegerField()
    opened_ml = models.DecimalField(max_digits=8, decimal_places=2)
    counted_mg = models.DecimalField(max_digits=12, decimal_places=3)
    last_line_id = models.BigIntegerField()  # the book as it stood then is the sum of the lot's lines up to this one
    clinic_day = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["lot", "clinic_day"])]
