"""Every address of the house."""

from __future__ import annotations

from django.urls import include, path

from fenestra.faces.web.stream import stream

urlpatterns = [
    path("stream/", stream, name="stream"),
    path("api/v1/", include("fenestra.faces.api.urls")),
    path("", include("fenestra.faces.web.urls")),
]

handler400 = "fenestra.faces.web.errors.not_readable"
handler404 = "fenestra.faces.web.errors.not_found"
handler500 = "fenestra.faces.web.errors.fault"
