"""What was entered late is a page of its own: it must not read the whole journal for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_entry_by_actor"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(condition=models.Q(("late", "1")), fields=["id"], name="entry_late"),
        ),
    ]
