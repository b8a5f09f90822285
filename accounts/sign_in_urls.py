"""The addresses of signing in, by allauth's own names: only the pages that this product means people to have.

Changing one's e-mail address is not among them: it is the name under which a partnership knows a person. What changes how
somebody signs in asks for fresh proof first."""

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from . import proving, second_step, sessions, sign_in, typed
from .proof import fresh_proof

urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("login/code/", sign_in.RequestCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", sign_in.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("login/second-step/", never_cache(second_step.Enter.as_view()), name="mfa_authenticate"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("prove/", proving.prove, name="account_reauthenticate"),
    path("proved/", proving.proved, name="account_proved"),
    path("kept/", typed.keep_key, name="keep_key"),
    path("how-you-sign-in/", second_step.how_you_sign_in, name="mfa_index"),
    path("how-you-sign-in/passkeys/", second_step.how_you_sign_in, name="mfa_list_webauthn"),
    path("sessions/", sessions.sessions, name="usersessions_list"),
    path("second-step/", second_step.required, name="mfa_required"),
    path("second-step/app/", fresh_proof(never_cache(second_step.AddApp.as_view())), name="mfa_activate_totp"),
    path("second-step/app/remove/", fresh_proof(never_cache(second_step.RemoveApp.as_view())), name="mfa_deactivate_totp"),
    path("second-step/passkey/", fresh_proof(never_cache(second_step.AddPasskey.as_view())), name="mfa_add_webauthn"),
    path(
        "second-step/passkeys/<int:pk>/rename/",
        fresh_proof(never_cache(second_step.RenamePasskey.as_view())),
        name="mfa_edit_webauthn",
    ),
    path(
        "second-step/passkeys/<int:pk>/remove/",
        fresh_proof(never_cache(second_step.RemovePasskey.as_view())),
        name="mfa_remove_webauthn",
    ),
    path(
        "second-step/recovery-codes/",
        fresh_proof(never_cache(second_step.RecoveryCodesOnce.as_view())),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-step/recovery-codes/new/",
        fresh_proof(never_cache(second_step.NewRecoveryCodes.as_view())),
        name="mfa_generate_recovery_codes",
    ),
    path("password/change/", fresh_proof(never_cache(sign_in.ChangePassword.as_view())), name="account_change_password"),
    path("password/set/", fresh_proof(never_cache(sign_in.SetPassword.as_view())), name="account_set_password"),
    path("password/reset/", sign_in.AskForNewPassword.as_view(), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
