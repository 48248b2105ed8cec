"""Addresses of the notice desk that need a case: drafting, and what is said against a household."""

from django.urls import path

from verification.views import drafting, objections

urlpatterns = [
    path("batches/<int:pk>/notice/", drafting.draft_notice, name="draft_notice"),
    path("cases/<int:pk>/object/", objections.lodge, name="lodge"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
]
