"""The addresses of one partnership's own data, below /p/<slug>/."""

from django.urls import path

from . import views, words
from .directory import import_pages, keeping, pages

app_name = "partnerships"

urlpatterns = [
    path("theme.css", views.theme, name="theme"),
    path("protocol/", views.protocol, name="protocol"),
    path("protocol/<int:number>/", views.protocol, name="protocol_version"),
    path("words/", words.partnership, name="words"),
    path("administration/", views.administration, name="administration"),
    path("directory/", pages.search, name="directory"),
    path("directory/levels/", pages.levels, name="levels"),
    path("administration/agencies/", keeping.agencies, name="agencies"),
    path("administration/agencies/add/", keeping.keep_agency, name="add_agency"),
    path("administration/agencies/<slug:key>/", keeping.agency, name="agency"),
    path("administration/agencies/<slug:key>/change/", keeping.keep_agency, name="change_agency"),
    path("administration/agencies/<slug:key>/posts/add/", keeping.add_post, name="add_post"),
    path("administration/posts/<int:number>/", keeping.post, name="post"),
    path("administration/posts/<int:number>/holders/add/", keeping.add_holder, name="add_holder"),
    path("administration/holders/<int:number>/", keeping.holder, name="holder"),
    path("administration/contacts/", keeping.contacts, name="contacts"),
    path("administration/contacts/add/", keeping.keep_contact, name="add_contact"),
    path("administration/contacts/<slug:key>/", keeping.keep_contact, name="contact"),
    path("administration/directory/import/", import_pages.upload, name="import"),
    path("administration/directory/import/<int:number>/", import_pages.preview, name="import_preview"),
    path("administration/directory/template.csv", import_pages.template, {"form": "csv"}, name="import_template_csv"),
    path("administration/directory/template.xlsx", import_pages.template, {"form": "xlsx"}, name="import_template_xlsx"),
    path("administration/checking/", keeping.checking, name="checking"),
    path("administration/assumptions/", views.assumptions, name="assumptions"),
    path("administration/going-live/", views.going_live, name="going_live"),
]
