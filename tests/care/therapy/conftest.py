"""A clinic in which doses have been given and therapists write their hours down."""

from tests.care.visit.conftest import day, furnished, quick_passwords, stored

__all__ = ["day", "furnished", "quick_passwords", "stored"]
