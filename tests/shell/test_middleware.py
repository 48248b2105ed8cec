"""What every answer has in common."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_pages_are_chinese_whatever_the_browser_says(client):
    answer = client.get(reverse("login"), headers={"accept-language": "en"})
    assert answer["Content-Language"] == "zh-hans"


def test_a_reader_may_choose_english(client):
    client.post(reverse("set_language"), {"language": "en"})
    assert client.get(reverse("login"))["Content-Language"] == "en"


def test_an_unknown_language_is_not_followed(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get(reverse("login"))["Content-Language"] == "zh-hans"


def test_no_copy_is_kept_and_no_stranger_lets_anything_in(client):
    answer = client.get(reverse("login"))
    assert "no-store" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_health_answers_strangers_without_a_word_about_people(client):
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_five_wrong_passwords_lock_this_address_out(client, settings, django_user_model):
    settings.AXES_ENABLED = True
    django_user_model.objects.create_user("clerk", "甲乙", "a-right-password-1")
    wrong, right = ({"username": "clerk", "password": p} for p in ("no", "a-right-password-1"))
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post(reverse("login"), wrong)
    assert client.post(reverse("login"), right).status_code == 429
    elsewhere = client.post(reverse("login"), right, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302
