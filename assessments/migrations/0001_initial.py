
import core.storages
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import modelcluster.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('learning', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Quiz',
            fields=[
                ('activity_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='learning.activity')),
                ('introduction', models.TextField(blank=True, verbose_name='introduction')),
                ('time_limit', models.PositiveSmallIntegerField(blank=True, help_text='In minutes. Empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='time limit')),
                ('max_attempts', models.PositiveSmallIntegerField(blank=True, default=1, help_text='Empty: as many as one likes.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='attempts')),
                ('pass_mark', models.PositiveSmallIntegerField(default=50, help_text='In percent.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='pass mark')),
                ('shuffle_questions', models.BooleanField(default=False, verbose_name='shuffle questions')),
                ('shuffle_options', models.BooleanField(default=True, verbose_name='shuffle options')),
            ],
            options={
                'verbose_name': 'quiz',
                'verbose_name_plural': 'quizzes',
            },
            bases=('learning.activity',),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('activity_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='learning.activity')),
                ('instructions', models.TextField(blank=True, verbose_name='instructions')),
                ('max_points', models.DecimalField(decimal_places=2, default=Decimal('100'), max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='points')),
                ('max_tries', models.PositiveSmallIntegerField(blank=True, help_text='Empty: as many as one likes.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='tries')),
                ('accepts_text', models.BooleanField(default=True, verbose_name='takes text')),
                ('accepts_files', models.BooleanField(default=True, verbose_name='takes a file')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'constraints': [models.CheckConstraint(condition=models.Q(('max_points__gt', 0)), name='assessments_assignment_positive_points'), models.CheckConstraint(condition=models.Q(('max_tries__isnull', True), ('max_tries__gte', 1), _connector='OR'), name='assessments_assignment_tries_positive'), models.CheckConstraint(condition=models.Q(('accepts_text', True), ('accepts_files', True), _connector='OR'), name='assessments_assignment_accepts_something', violation_error_message='An assignment takes text, a file, or both.')],
            },
            bases=('learning.activity',),
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('open', 'Under way'), ('submitted', 'Handed in, not graded yet'), ('graded', 'Graded')], default='open', max_length=10)),
                ('started_at', models.DateTimeField()),
                ('deadline', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by_clock', models.BooleanField(default=False)),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ('max_points', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=8)),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to=settings.AUTH_USER_MODEL)),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assessments.quiz')),
            ],
            options={
                'verbose_name': 'attempt',
                'verbose_name_plural': 'attempts',
                'ordering': ['quiz_id', 'student_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='GradeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('category', models.CharField(blank=True, max_length=80, verbose_name='category')),
                ('max_points', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='points')),
                ('released', models.BooleanField(default=True, verbose_name='released')),
                ('activity', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grade_item', to='learning.activity')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grade_items', to='learning.coursepage')),
            ],
            options={
                'verbose_name': 'graded work',
                'verbose_name_plural': 'graded works',
                'ordering': ['course_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Grade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('marked_points', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ('override_points', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ('override_reason', models.CharField(blank=True, max_length=200)),
                ('points', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('override_points', 'marked_points'), output_field=models.DecimalField(decimal_places=2, max_digits=8, null=True, verbose_name='points'))),
                ('max_points', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=8)),
                ('feedback', models.TextField(blank=True, verbose_name='feedback')),
                ('version', models.PositiveIntegerField(default=1)),
                ('graded_at', models.DateTimeField()),
                ('graded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given_grades', to=settings.AUTH_USER_MODEL)),
                ('override_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overridden_grades', to=settings.AUTH_USER_MODEL)),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grades', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grades', to='assessments.gradeitem')),
            ],
            options={
                'ordering': ['item_id', 'student_id'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32, verbose_name='kind')),
                ('text', models.TextField(max_length=4000, verbose_name='question')),
                ('definition', models.JSONField(default=dict, verbose_name='answer')),
                ('explanation', models.TextField(blank=True, help_text='Shown with the result.', verbose_name='explanation')),
                ('points', models.DecimalField(decimal_places=2, default=Decimal('1'), max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='points')),
                ('archived', models.BooleanField(default=False, editable=False)),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='learning.coursepage', verbose_name='course')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='QuestionPool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('condition', models.JSONField(blank=True, default=dict)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='question_pools', to='learning.coursepage')),
            ],
            options={
                'verbose_name': 'question pool',
                'verbose_name_plural': 'question pools',
            },
        ),
        migrations.CreateModel(
            name='QuestionVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=32)),
                ('content', models.JSONField()),
                ('key', models.JSONField()),
                ('content_hash', models.CharField(max_length=64)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('question', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='versions', to='assessments.question')),
            ],
            options={
                'ordering': ['question_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='QuizSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('draw_count', models.PositiveSmallIntegerField(default=1)),
                ('points', models.DecimalField(blank=True, decimal_places=2, help_text='Empty: as the question says.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='points')),
                ('pool', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='assessments.questionpool')),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='assessments.question')),
                ('quiz', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='assessments.quiz')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.questionversion')),
            ],
            options={
                'ordering': ['quiz_id', 'position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='quiz',
            name='questions',
            field=models.ManyToManyField(editable=False, related_name='quizzes', through='assessments.QuizSlot', to='assessments.question'),
        ),
        migrations.CreateModel(
            name='AttemptItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('drawn', models.JSONField(default=dict)),
                ('max_points', models.DecimalField(decimal_places=2, max_digits=6)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assessments.attempt')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assessments.questionversion')),
                ('slot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to='assessments.quizslot')),
            ],
            options={
                'ordering': ['attempt_id', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('submitted', 'Handed in'), ('graded', 'Graded')], default='submitted', max_length=10)),
                ('tries_count', models.PositiveSmallIntegerField(default=0)),
                ('submitted_at', models.DateTimeField()),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='assessments.assignment')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'ordering': ['submitted_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True)),
                ('submitted_at', models.DateTimeField()),
                ('seconds_late', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='assessments.submission')),
            ],
            options={
                'ordering': ['submission_id', '-number'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=core.storages.private_storage, upload_to=core.storages.RandomName('submissions'))),
                ('name', models.CharField(max_length=150)),
                ('size', models.PositiveBigIntegerField()),
                ('kind', models.CharField(max_length=20)),
                ('submission_try', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='assessments.submissiontry')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.JSONField(blank=True, default=dict)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assessments.attempt')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assessments.attemptitem')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('attempt', 'item'), name='assessments_answer_unique_item')],
            },
        ),
        migrations.CreateModel(
            name='GradeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_points', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('new_points', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assessments.grade')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['grade', 'id'], name='assessments_gradeevent_grade')],
            },
        ),
        migrations.AddConstraint(
            model_name='gradeitem',
            constraint=models.CheckConstraint(condition=models.Q(('max_points__gte', 0)), name='assessments_gradeitem_points_not_negative'),
        ),
        migrations.AddIndex(
            model_name='grade',
            index=models.Index(fields=['student', '-graded_at'], name='assessments_grade_student'),
        ),
        migrations.AddConstraint(
            model_name='grade',
            constraint=models.UniqueConstraint(fields=('item', 'student'), name='assessments_grade_unique_student'),
        ),
        migrations.AddConstraint(
            model_name='grade',
            constraint=models.CheckConstraint(condition=models.Q(('marked_points__isnull', True), models.Q(('marked_points__gte', 0), ('marked_points__lte', models.F('max_points'))), _connector='OR'), name='assessments_grade_points_in_range'),
        ),
        migrations.AddConstraint(
            model_name='grade',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('override_by__isnull', True), ('override_points__isnull', True)), models.Q(('override_by__isnull', False), ('override_points__gte', 0), ('override_points__lte', models.F('max_points'))), _connector='OR'), name='assessments_grade_override_in_range'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='assessments_question_positive_points'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.UniqueConstraint(fields=('question', 'content_hash'), name='assessments_questionversion_unique_content'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.UniqueConstraint(fields=('question', 'number'), name='assessments_questionversion_unique_number'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['deadline'], name='assessments_attempt_overdue'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['student', 'state'], name='assessments_attempt_student'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('quiz', 'student', 'number'), name='assessments_attempt_unique_number'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('quiz', 'student'), name='assessments_attempt_one_open'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='assessments_attempt_number_positive'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points__isnull', True), ('state', 'open'), ('submitted_at__isnull', True)), models.Q(('state', 'submitted'), ('submitted_at__isnull', False)), models.Q(('points__isnull', False), ('state', 'graded'), ('submitted_at__isnull', False)), _connector='OR'), name='assessments_attempt_state'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('points__isnull', True), models.Q(('points__gte', 0), ('points__lte', models.F('max_points'))), _connector='OR'), name='assessments_attempt_points_in_range'),
        ),
        migrations.AddConstraint(
            model_name='quizslot',
            constraint=models.UniqueConstraint(fields=('quiz', 'question'), name='assessments_quizslot_unique_question'),
        ),
        migrations.AddConstraint(
            model_name='quizslot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('draw_count', 1), ('pool__isnull', True), ('question__isnull', False)), models.Q(('pool__isnull', False), ('question__isnull', True), ('version__isnull', True)), _connector='OR'), name='assessments_quizslot_question_or_pool'),
        ),
        migrations.AddConstraint(
            model_name='quizslot',
            constraint=models.CheckConstraint(condition=models.Q(('draw_count__gte', 1)), name='assessments_quizslot_draws_something'),
        ),
        migrations.AddConstraint(
            model_name='quizslot',
            constraint=models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points__gt', 0), _connector='OR'), name='assessments_quizslot_positive_points'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('pass_mark__lte', 100)), name='assessments_quiz_pass_mark_percent'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('time_limit__isnull', True), ('time_limit__gte', 1), _connector='OR'), name='assessments_quiz_time_limit_positive'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('max_attempts__isnull', True), ('max_attempts__gte', 1), _connector='OR'), name='assessments_quiz_attempts_positive'),
        ),
        migrations.AddConstraint(
            model_name='attemptitem',
            constraint=models.UniqueConstraint(fields=('attempt', 'position'), name='assessments_attemptitem_unique_position'),
        ),
        migrations.AddConstraint(
            model_name='attemptitem',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='assessments_attemptitem_position_positive'),
        ),
        migrations.AddConstraint(
            model_name='attemptitem',
            constraint=models.CheckConstraint(condition=models.Q(('max_points__gt', 0)), name='assessments_attemptitem_positive_points'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['assignment', 'submitted_at'], name='assessments_submission_queue'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('assignment', 'student'), name='assessments_submission_unique_student'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'graded'])), name='assessments_submission_known_state'),
        ),
        migrations.AddConstraint(
            model_name='submissiontry',
            constraint=models.UniqueConstraint(fields=('submission', 'number'), name='assessments_submissiontry_unique_number'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['started_at', 'id'], name='assessments_attempt_newest'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['quiz', 'submitted_at', 'id'], name='assessments_attempt_results'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['submitted_at', 'id'], name='assessments_submission_newest'),
        ),
    ]
