"""The addresses of a member's own tokens, below /p/<slug>/tokens/."""

from django.urls import path

from . import tokens

app_name = "tokens"

urlpatterns = [
    path("", tokens.tokens, name="tokens"),
    path("<int:number>/end/", tokens.end_token, name="end_token"),
    path("<int:number>/replace/", tokens.replace_token, name="replace_token"),
]
