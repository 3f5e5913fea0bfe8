from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "fenestra.faces.web"
    label = "web"
