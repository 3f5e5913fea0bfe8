from django.apps import AppConfig


class VisitConfig(AppConfig):
    name = "fenestra.care.visit"
    label = "visit"
    default_auto_field = "django.db.models.BigAutoField"
