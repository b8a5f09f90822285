"""Every address of the product, by app."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from accounts.limits import too_many
from accounts.views import home
from escalation.api.explained import problems
from escalation.views.inviting import answer
from notifications.returned.receipts import receipts
from operations import health, metrics
from partnerships import accessibility, languages, privacy, words

from . import describing, weaknesses

# Asked for by the sign-in package when somebody tries too often.
handler429 = too_many

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("operations/", include("operations.urls")),
    path(".well-known/security.txt", weaknesses.security_txt, name="security-txt"),
    # What became of e-mails, told by GOV.UK Notify with a token of its own: the installation's, and each partnership's.
    path("notify/callbacks/", receipts, name="receipts"),
    path("notify/callbacks/<slug:slug>/", receipts, name="partnership_receipts"),
    path("", home, name="home"),
    path("answer/", answer, name="answer"),
    path("language/", languages.choose, name="language"),
    path("privacy/", privacy.product, name="privacy"),
    path("privacy/<slug:slug>/", privacy.partnership, name="partnership_privacy"),
    path("accessibility/", accessibility.product, name="accessibility"),
    path("accessibility/<slug:slug>/", accessibility.partnership, name="partnership_accessibility"),
    path("words/", words.everybody, name="glossary"),
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.sign_in_urls")),
    path("accounts/sign-on/", include("accounts.single_sign_on.sign_in_urls")),
    # The description of the API holds no data; it is public, as its readers are other people's systems.
    path("api/schema/", login_not_required(describing.Description.as_view()), name="api-schema"),
    path("api/docs/", login_not_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")), name="api-docs"),
    path("api/problems/", problems, name="api-problems"),
    path("p/<slug:slug>/", include("insight.urls")),
    path("p/<slug:slug>/", include("learning.urls")),
    path("p/<slug:slug>/", include("meetings.urls")),
    # Programs. Before escalation's, whose last address answers everything else below /api/v1/.
    path("p/<slug:slug>/api/v1/", include("insight.api_urls")),
    path("p/<slug:slug>/api/v1/", include("notifications.webhooks.api_urls")),
    path("p/<slug:slug>/api/v1/", include("learning.api_urls")),
    path("p/<slug:slug>/api/v1/", include("meetings.api_urls")),
    path("p/<slug:slug>/", include("escalation.urls")),
    path("p/<slug:slug>/administration/protocol/", include("partnerships.editor.urls")),
    path("p/<slug:slug>/administration/single-sign-on/", include("accounts.single_sign_on.urls")),
    path("p/<slug:slug>/administration/webhooks/", include("notifications.webhooks.urls")),
    path("p/<slug:slug>/administration/rehearse/", include("rehearsal.urls")),
    path("p/<slug:slug>/administration/people/", include("accounts.members.urls")),
    path("p/<slug:slug>/tokens/", include("accounts.token_urls")),
    path("p/<slug:slug>/", include("partnerships.urls")),
    path("p/<slug:slug>/", include("notifications.urls")),
    path("p/<slug:slug>/", include("records.urls")),
]

handler400 = "escalation.views.errors.bad_request"
handler403 = "escalation.views.errors.forbidden"
handler404 = "escalation.views.errors.not_found"
handler500 = "escalation.views.errors.broken"
