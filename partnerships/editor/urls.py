"""The addresses of the protocol editor, below /p/<slug>/administration/protocol/."""

from django.urls import path

from . import views_compare, views_draft, views_sharing, views_versions

app_name = "editor"

# Words that mean something stand before those that name a part.
urlpatterns = [
    path("", views_versions.versions, name="versions"),
    path("new/", views_versions.new, name="new"),
    path("import/", views_versions.import_file, name="import"),
    path("compare/", views_compare.compare, name="compare"),
    path("shared/", views_sharing.shared, name="shared"),
    path("shared/<int:number>/withdraw/", views_sharing.withdraw, name="withdraw"),
    path("<int:number>/export.yml", views_versions.export, name="export"),
    path("<int:number>/confirm/", views_versions.confirm, name="confirm"),
    path("<int:number>/publish/", views_versions.publish, name="publish"),
    path("<int:number>/discard/", views_versions.discard, name="discard"),
    path("<int:number>/share/", views_sharing.share, name="share"),
    path("<int:number>/", views_draft.draft, name="draft"),
    path("<int:number>/check/", views_draft.check, name="check"),
    path("<int:number>/<slug:section>/", views_draft.section, name="section"),
    path("<int:number>/<slug:section>/add/", views_draft.part, name="add"),
    path("<int:number>/<slug:section>/<int:index>/", views_draft.part, name="part"),
    path("<int:number>/<slug:section>/<int:index>/remove/", views_draft.remove, name="remove"),
    path("<int:number>/<slug:section>/<int:index>/up/", views_draft.rearrange, {"act": "up"}, name="up"),
    path("<int:number>/<slug:section>/<int:index>/down/", views_draft.rearrange, {"act": "down"}, name="down"),
    path("<int:number>/<slug:section>/<int:index>/copy/", views_draft.rearrange, {"act": "copy"}, name="copy"),
]
