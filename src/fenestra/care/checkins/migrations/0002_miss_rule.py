import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkins', '0001_initial'),
        ('clinic', '0002_withdrawals'),
    ]

    operations = [
        migrations.CreateModel(
            name='MissRule',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('in_a_row', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('by_id', models.BigIntegerField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
