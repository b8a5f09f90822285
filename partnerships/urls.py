"""The addresses of one partnership's own data, below /p/<slug>/."""

from django.urls import path

from . import tokens, views

app_name = "partnerships"

urlpatterns = [
    path("theme.css", views.theme, name="theme"),
    path("protocol/", views.protocol, name="protocol"),
    path("protocol/<int:number>/", views.protocol, name="protocol_version"),
    path("administration/", views.administration, name="administration"),
    path("administration/agencies/", views.agencies, name="agencies"),
    path("administration/agencies/add/", views.keep_agency, name="add_agency"),
    path("administration/agencies/<slug:key>/", views.keep_agency, name="agency"),
    path("administration/contacts/", views.contacts, name="contacts"),
    path("administration/contacts/add/", views.keep_contact, name="add_contact"),
    path("administration/contacts/<slug:key>/", views.keep_contact, name="contact"),
    path("administration/assumptions/", views.assumptions, name="assumptions"),
    path("administration/going-live/", views.going_live, name="going_live"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:number>/end/", tokens.end_token, name="end_token"),
]
