"""Addresses below /p/<slug>/ of keeping, destroying, disclosing and giving away what was recorded."""

from django.urls import URLPattern, path

from . import views_disclosing, views_exporting, views_keeping

app_name = "records"

urlpatterns: list[URLPattern] = [
    path("administration/export/", views_exporting.export, name="export"),
    path("administration/records/", views_keeping.kept, name="kept"),
    path("administration/records/review/", views_keeping.review, name="review"),
    path("administration/records/certificates/", views_keeping.certificates, name="certificates"),
    path("administration/records/certificates/<uuid:key>/", views_keeping.certificate, name="certificate"),
    path("d/<str:reference>/keeping/hold/", views_keeping.hold, name="hold"),
    path("d/<str:reference>/keeping/copies/", views_disclosing.disclosures, name="disclosures"),
    path("d/<str:reference>/keeping/copies/<int:number>/", views_disclosing.disclosure, name="disclosure"),
    path("d/<str:reference>/keeping/copies/<int:number>/preview/", views_disclosing.preview, name="disclosure_preview"),
    path("d/<str:reference>/keeping/copies/<int:number>/finish/", views_disclosing.finish, name="disclosure_finish"),
    path("d/<str:reference>/keeping/copies/<int:number>/copy.zip", views_disclosing.pack, name="disclosure_pack"),
]
