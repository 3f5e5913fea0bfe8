"""What several journeys read off the dosing screen."""

from __future__ import annotations

from playwright.sync_api import Page

TIME_OUT = (
    "identity", "consent", "gates", "pregnancy", "fasting", "escort", "weight", "dose", "lot", "rescue", "staff",
    "therapy",
)  # fmt: skip


def ordered_mg(page: Page) -> str:
    """The ordered dose as the way to the dose shows it, before the start."""
    return page.locator(".fe-way li", has_text="Ordered").locator(".fe-soft").inner_text().split(" mg")[0]
