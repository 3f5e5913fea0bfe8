"""The clinic of the dosing day, with one person registered in it."""

from tests.care.visit.conftest import day, furnished, quick_passwords, stored

__all__ = ["day", "furnished", "quick_passwords", "stored"]
