"""Who stands in for a vacant post, or for a holder who is away (代行)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_appeal_reply"),
    ]

    operations = [
        migrations.AddField(
            model_name="postholder",
            name="acting",
            field=models.BooleanField(db_default=False, default=False, verbose_name="代行"),
        ),
    ]
