"""Addresses of what befalls a case or batch beside the work of its stage."""

from django.urls import path

from verification.views import amending, correcting, relapsing, retracting, whole

urlpatterns = [
    path("households/<int:pk>/relapse/", relapsing.relapse, name="relapse"),
    path("batches/<int:pk>/back-all/", whole.send_back_all, name="send_back_all"),
    path("batches/<int:pk>/merge/", whole.merge, name="merge"),
    path("notices/<int:pk>/amend/", amending.amend_notice, name="amend_notice"),
    path("cases/<int:pk>/correct/", correcting.correct, name="correct"),
    path("cases/<int:pk>/retract/", retracting.retract, name="retract"),
    path("corrections/<int:pk>/", correcting.correction, name="correction"),
]
