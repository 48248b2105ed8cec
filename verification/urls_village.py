"""Addresses of the village's own desks: its list, a household's year, notices, what is objected."""

from django.urls import path

from verification.views import drafting, listing, objections, recording, years

urlpatterns = [
    path("villages/<str:code>/list/", listing.list_cases, name="list_cases"),
    path("households/<int:pk>/years/<int:year>/", years.year, name="year"),
    path("households/<int:pk>/years/<int:year>/income/", years.statement, name="statement"),
    path("batches/<int:pk>/records/", recording.records, name="records"),
    path("batches/<int:pk>/notice/", drafting.draft_notice, name="draft_notice"),
    path("cases/<int:pk>/object/", objections.lodge, name="lodge"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
]
