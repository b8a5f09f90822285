"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Signing in and account mail"

    def ready(self) -> None:
        """Every door into the product ends at Django's own login(), which says so with this signal."""
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415  (only once the apps are there)

        from . import security_log  # noqa: F401, PLC0415  (hears the same signals, and those of the library)
        from .sessions import on_signing_in  # noqa: PLC0415

        user_logged_in.connect(on_signing_in, dispatch_uid="accounts.sessions")
