"""Addresses of the register's upload; households are shown with their cases, one floor up."""

from django.urls import path

from households import views

urlpatterns = [path("households/import/", views.upload, name="upload")]
