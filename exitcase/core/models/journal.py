"""The journal's tables. Every hashed column is text, so both databases hash the same bytes."""

from django.db import models


class Entry(models.Model):
    """One act on one subject. Append-only; belongs to the block of its `tx`."""

    append_only = True

    chain = models.CharField(max_length=6)  # the district; a region above it has its own code
    tx = models.CharField(max_length=32, db_index=True)
    act = models.CharField(max_length=20)
    subject = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=36)
    stage = models.CharField(max_length=30)  # "" where the act belongs to no stage
    actor = models.CharField(max_length=80)
    post = models.CharField(max_length=80)
    was = models.CharField(max_length=100)
    became = models.CharField(max_length=100)
    reason = models.TextField()
    done_on = models.CharField(max_length=10)  # the day on the paper
    recorded_at = models.CharField(max_length=27)  # the database's time, as text
    late = models.CharField(max_length=1)  # 1: 补录
    commitment = models.CharField(max_length=64)  # salted hash of the act's personal facts, or ""

    # Not the id: sequences have gaps, which differ by database. The order of ids is in the block.
    HASHED = (
        "chain",
        "tx",
        "act",
        "subject",
        "subject_id",
        "stage",
        "actor",
        "post",
        "was",
        "became",
        "reason",
        "done_on",
        "recorded_at",
        "late",
        "commitment",
    )

    class Meta:
        verbose_name = "journal entry"
        indexes = (
            models.Index(fields=["subject", "subject_id"], name="entry_by_subject"),
            models.Index(fields=["actor", "post"], name="entry_by_actor"),  # 已办
            # 补录: a few rows, the latest first; without it their page reads the whole journal.
            models.Index(fields=["id"], condition=models.Q(late="1"), name="entry_late"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.subject} {self.subject_id}"


class Salt(models.Model):
    """What makes a commitment unguessable. Deletable: without it the facts are forgotten."""

    tx = models.CharField(max_length=32)
    subject = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=36)
    act = models.CharField(max_length=20)
    salt = models.CharField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tx", "subject", "subject_id", "act"], name="one_salt_per_entry"
            ),
        )


class Chain(models.Model):
    """Nothing but the row to lock while a district's next block is put on."""

    region = models.CharField(max_length=6, primary_key=True)


class Block(models.Model):
    """The seal over one act's rows in one district. Append-only."""

    append_only = True

    chain = models.CharField(max_length=6)
    seq = models.PositiveIntegerField()
    tx = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    leaves = models.BinaryField()  # 32 bytes per row, so that a changed row can be named
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["chain", "seq"], name="block_seq_once"),
            models.UniqueConstraint(fields=["chain", "tx"], name="block_tx_once"),
        )

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class AccessLog(models.Model):
    """One read of personal data. Append-only; a day's rows are sealed into the journal."""

    append_only = True

    chain = models.CharField(max_length=6)
    actor = models.CharField(max_length=80)
    post = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)  # page, export, paper, file
    subject = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=36)
    purpose = models.CharField(max_length=120)
    at = models.CharField(max_length=27)

    HASHED = ("chain", "actor", "post", "kind", "subject", "subject_id", "purpose", "at")

    class Meta:
        indexes = (
            models.Index(fields=["subject", "subject_id"], name="access_by_subject"),
            models.Index(fields=["chain", "id"], name="access_by_chain"),
        )
