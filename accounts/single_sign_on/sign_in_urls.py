"""Going to a provider and coming back. Of the package's own pages there are none; one has its name, by which it looks for it."""

from django.urls import path

from . import signing_in

urlpatterns = [
    path("<slug:key>/", signing_in.start, name="sign_on_start"),
    path("<slug:key>/return/", signing_in.callback, name="openid_connect_callback"),
]
