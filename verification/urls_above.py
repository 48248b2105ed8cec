"""Addresses of the desks above the village: one act there takes many lists of one plan."""

from django.urls import path

from verification.views import answering, comparing, hits, scans

# A stage of a version of a plan, as often as it is worked at.
AT = "work/<int:programme>/<slug:stage>"

urlpatterns = [
    path(f"{AT}/compare/", comparing.compare, name="compare"),
    path(f"{AT}/refuse-hits/", comparing.refuse_hits, name="refuse_hits"),
    path("requests/<int:pk>/", answering.answer_request, name="answer_request"),
    path("hits/<int:pk>/", hits.hit, name="hit"),
    path("scans/<slug:of>/<int:pk>/", scans.scan, name="scan"),
]
