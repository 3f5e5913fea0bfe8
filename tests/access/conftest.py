"""Two clinics in full, on a clock that stands still, and browsers of everybody who works there."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.ground.book import clock
from tests.access.house import Full, fill
from tests.faces.web.conftest import no_static_files

__all__ = ["no_static_files"]


@pytest.fixture
def quick(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def here(quick: None, monkeypatch: pytest.MonkeyPatch) -> Full:
    """The clinic of those who ask."""
    made = fill("ourskiffle")
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def there(here: Full) -> Full:
    """Another clinic of the same installation."""
    return fill("theirsquonk")
