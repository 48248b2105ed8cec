import stat
from io import StringIO

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from exitcase.core import crypto, files, keys
from exitcase.core.choices import FileKind, Post
from exitcase.core.models import PostHolder, StoredFile, User
from exitcase.core.services.reencrypt import encrypted_fields, reencrypt_files, reencrypt_texts

PHONE = "10000000001"


@pytest.fixture(params=["INTL", "GM"])
def suite(request, settings):
    settings.EXITCASE_SUITE = request.param
    return request.param


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.DATA = tmp_path
    keys.forget()
    keys.create(demo=True)
    yield
    keys.forget()


def test_known_answers():
    """GB/T 32905 (SM3) and GB/T 32907 (SM4) examples, so that the library is what it says."""
    machine = Hash(SM3())
    machine.update(b"abc")
    assert machine.finalize().hex().startswith("66c7f0f462eeedd9")
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    sealed = Cipher(SM4(block), ECB()).encryptor().update(block)  # noqa: S305
    assert sealed.hex() == "681edf34d206965e86b3e94f536e4246"


def test_text_comes_back_and_says_how_it_was_made(suite):
    stored = crypto.encrypt_text("身份证 𠮷", "a.b")
    assert stored.startswith(f"{suite}.1.")
    assert "身份证" not in stored
    assert crypto.decrypt_text(stored, "a.b") == "身份证 𠮷"
    assert crypto.encrypt_text("身份证 𠮷", "a.b") != stored  # another nonce
    assert crypto.written_now(stored)


def test_changed_or_moved_ciphertext_is_refused(suite):
    stored = crypto.encrypt_text(PHONE, "a.b")
    with pytest.raises(crypto.UnreadableError, match="another field"):
        crypto.decrypt_text(stored, "a.c")
    for wrong in ("", "x", "INTL", "INTL.x.abc", "ROT13.1.abcd"):
        with pytest.raises(crypto.UnreadableError, match="no ciphertext"):
            crypto.decrypt_text(wrong, "a.b")
    name, number, blob = crypto.encrypt(PHONE.encode(), "a.b")
    for place in range(len(blob)):
        bent = bytearray(blob)
        bent[place] ^= 1
        with pytest.raises(crypto.UnreadableError):
            crypto.decrypt(name, number, bytes(bent), "a.b")
    with pytest.raises(crypto.UnreadableError):
        crypto.decrypt(name, number, blob[:14], "a.b")


def test_both_suites_are_read_beside_each_other(settings):
    settings.EXITCASE_SUITE = "INTL"
    old = crypto.encrypt_text(PHONE, "a.b")
    settings.EXITCASE_SUITE = "GM"
    assert crypto.decrypt_text(old, "a.b") == PHONE
    assert not crypto.written_now(old)


def test_blind_index_tells_equal_from_unequal_and_nothing_else(suite):
    index = crypto.blind_index("id", "990000199001011234", "430412")
    assert index == crypto.blind_index("id", "990000199001011234", "430412")
    others = [("id", "99000019900101123X", "430412"), ("id", "990000199001011234", "110101")]
    others += [("phone", "990000199001011234", "430412"), ("i", "d990000199001011234", "430412")]
    assert len({index, *(crypto.blind_index(*other) for other in others)}) == 5
    assert len(index) == 64
    (keys.folder() / "index-1.key").write_text("00" * 32, encoding="ascii")
    keys.forget()
    assert crypto.blind_index("id", "990000199001011234", "430412") != index


def test_digest_is_the_suites(settings):
    settings.EXITCASE_SUITE = "GM"
    assert crypto.digest(b"abc").startswith("66c7f0f4")
    settings.EXITCASE_SUITE = "INTL"
    assert crypto.digest(b"abc").startswith("ba7816bf")


def test_signature_holds_for_its_text_alone():
    signature, key = crypto.sign("甲"), crypto.public_key()
    assert crypto.signature_holds("甲", signature, key)
    assert not crypto.signature_holds("乙", signature, key)
    assert not crypto.signature_holds("甲", signature, "00")


def test_keys_are_ours_alone_and_made_once():
    assert not keys.create(demo=True)
    assert keys.is_demo()
    for path in keys.folder().glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.current("data").number == 1
    assert keys.add("data").number == 2
    assert keys.current("data").number == 2


def test_missing_key_says_what_to_do(settings, tmp_path):
    settings.DATA = tmp_path / "empty"
    keys.forget()
    with pytest.raises(keys.MissingKeyError, match="make_keys"):
        keys.current("data")
    with pytest.raises(keys.MissingKeyError, match="cannot be read"):
        keys.numbered("data", 7)
    call_command("make_keys", stdout=StringIO())
    assert not keys.is_demo()
    assert keys.current("data").number == 1


def stored_phone(user):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM core_user WHERE id = %s", [user.pk])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_field_is_cipher_in_the_column_and_plain_in_the_object(suite):
    user = User.objects.create_user("a", "甲", phone=PHONE)
    assert stored_phone(user).startswith(f"{suite}.1.")
    assert PHONE not in stored_phone(user)
    assert User.objects.get(pk=user.pk).phone == PHONE
    assert User.objects.values_list("phone", flat=True).get() == PHONE
    User.objects.filter(pk=user.pk).update(phone="10000000002")
    assert User.objects.get().phone == "10000000002"
    User.objects.bulk_update([user], ["phone"])
    assert User.objects.get().phone == PHONE


@pytest.mark.django_db
def test_field_can_be_asked_only_whether_it_is_empty():
    User.objects.create_user("a", "甲", phone=PHONE)
    User.objects.create_user("b", "乙")
    assert User.objects.get(phone="").username == "b"
    assert User.objects.filter(phone=PHONE).count() == 0
    with pytest.raises(TypeError, match=r"core\.user\.phone is encrypted"):
        User.objects.filter(phone__contains="1000")


@pytest.mark.django_db
def test_ciphertext_of_another_field_is_refused(regions, user):
    User.objects.filter(pk=user.pk).update(phone=PHONE)
    with connection.cursor() as cursor:
        holder = PostHolder.objects.create(
            region=regions["430412"], post=Post.VILLAGER, name="甲", since="2020-01-01"
        )
        cursor.execute("UPDATE core_postholder SET phone = %s", [stored_phone(user)])
    with pytest.raises(crypto.UnreadableError):
        PostHolder.objects.get(pk=holder.pk)


def test_field_survives_deconstruction_and_knows_its_length():
    field = User._meta.get_field("phone")
    _name, _path, args, kwargs = field.deconstruct()
    assert type(field)(*args, **kwargs).max_plain == 20
    with pytest.raises(ValidationError):
        field.run_validators("1" * 21)


@pytest.mark.django_db
def test_reencrypt_brings_all_to_the_key_and_suite_in_use(settings, regions):
    users = [User.objects.create_user(f"u{n}", "甲", phone=f"1000000000{n}") for n in range(3)]
    file = put(b"secret", regions)
    old_path = files._root() / file.path
    call_command("make_keys", rotate=True, stdout=StringIO())
    settings.EXITCASE_SUITE = "GM"
    User.objects.filter(pk=users[0].pk).update(phone="10000000000")  # already new
    assert reencrypt_texts()["core.user.phone"] == 2
    assert reencrypt_files() == 1
    assert all(stored_phone(user).startswith("GM.2.") for user in users)
    assert [user.phone for user in User.objects.order_by("pk")] == [
        f"1000000000{n}" for n in range(3)
    ]
    file = StoredFile.objects.get()
    assert (file.suite, file.key_id, files.get(file)) == ("GM", 2, b"secret")
    assert not old_path.exists()
    out = StringIO()
    call_command("reencrypt", stdout=out)
    assert "core.user.phone: 0" in out.getvalue()


def test_every_encrypted_field_is_found():
    labels = {field.label for _model, field in encrypted_fields()}
    assert {"core.user.phone", "households.member.id_number"} <= labels


def put(data, regions, *, private=True):
    return files.put(
        data,
        name="a.pdf",
        mime="application/pdf",
        kind=FileKind.SCAN,
        region="430412",
        private=private,
        by="甲",
    )
