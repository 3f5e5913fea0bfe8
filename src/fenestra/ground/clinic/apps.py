from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "fenestra.ground.clinic"
    label = "clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fenestra.ground.book import verify
        from fenestra.ground.clinic import signatures

        verify.also(signatures.check_all)
