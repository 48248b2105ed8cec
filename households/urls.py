"""Addresses of the register's upload and of villages; households are shown one floor up."""

from django.urls import path

from households.views import imports, village

urlpatterns = [
    path("households/import/", imports.upload, name="upload"),
    path("villages/<str:code>/<int:year>/", village.village_year, name="village_year"),
]
