from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BookConfig(AppConfig):
    name = "fenestra.ground.book"
    label = "book"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fenestra.ground.book.triggers import make_triggers

        # A migration may rebuild a table and lose its triggers, so they are made again after each. The signal comes once
        # for every app when all is migrated; one of them is enough.
        post_migrate.connect(make_triggers, sender=self, dispatch_uid="fenestra.append-only")
