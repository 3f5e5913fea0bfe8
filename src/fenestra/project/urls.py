"""Every address of the house."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
