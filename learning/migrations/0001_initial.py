
import core.storages
import django.core.validators
import django.db.models.deletion
import learning.blocks.video
import learning.models.tree
import modelsearch.index
import taggit.managers
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CourseIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.CharField(blank=True, max_length=300, verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'catalogue',
            },
            bases=(learning.models.tree.CourseTreePage, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='ModulePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='summary')),
            ],
            options={
                'verbose_name': 'module',
                'verbose_name_plural': 'modules',
            },
            bases=(learning.models.tree.CourseTreePage, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                ('art', models.CharField(default='default', help_text='The drawing that a course of this subject gets when it has no picture.', max_length=40, verbose_name='drawing')),
            ],
            options={
                'verbose_name': 'subject',
                'verbose_name_plural': 'subjects',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='CourseDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('file_size', models.PositiveBigIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, editable=False, max_length=40)),
                ('file', models.FileField(storage=core.storages.private_storage, upload_to=core.storages.RandomName('documents'), verbose_name='file')),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'permissions': [('choose_document', 'Can choose document')],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CourseImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('description', models.CharField(blank=True, default='', max_length=255, verbose_name='description')),
                ('width', models.IntegerField(editable=False, verbose_name='width')),
                ('height', models.IntegerField(editable=False, verbose_name='height')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
                ('focal_point_x', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_y', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_width', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_height', models.PositiveIntegerField(blank=True, null=True)),
                ('file_size', models.PositiveIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('file', models.ImageField(height_field='height', storage=core.storages.private_storage, upload_to=core.storages.RandomName('images'), verbose_name='file', width_field='width')),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'permissions': [('choose_image', 'Can choose image')],
                'abstract': False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(help_text='One or two sentences for the catalogue.', max_length=200, verbose_name='summary')),
                ('description', wagtail.fields.RichTextField(blank=True, help_text='What one learns, for whom it is, and what one needs to know before.', verbose_name='description')),
                ('level', models.CharField(choices=[('all', 'All levels'), ('beginner', 'Beginner'), ('intermediate', 'Intermediate'), ('advanced', 'Advanced')], default='all', max_length=12, verbose_name='level')),
                ('enrollment_open', models.BooleanField(default=True, verbose_name='open for enrollment')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived')),
                ('structure_version', models.PositiveIntegerField(default=0, editable=False)),
                ('structure_changed_at', models.DateTimeField(editable=False, null=True)),
                ('structure_is_stale', models.BooleanField(default=False, editable=False)),
                ('lesson_count', models.PositiveIntegerField(default=0, editable=False)),
                ('required_count', models.PositiveIntegerField(default=0, editable=False)),
                ('required_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('total_minutes', models.PositiveIntegerField(default=0, editable=False)),
                ('collection', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='course', to='wagtailcore.collection')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='learning.courseimage', verbose_name='picture')),
                ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='courses', to='learning.subject', verbose_name='subject')),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
            },
            bases=(learning.models.tree.CourseTreePage, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(editable=False, max_length=30)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes')),
                ('completion', models.CharField(default='submitted', max_length=20, verbose_name='counts as done')),
                ('published', models.BooleanField(default=False, verbose_name='published')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('announced_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('archived', models.BooleanField(default=False, editable=False)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('updated', models.DateTimeField(auto_now=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='learning.coursepage', verbose_name='course')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'ordering': ['title', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CourseRendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter_spec', models.CharField(db_index=True, max_length=255)),
                ('width', models.IntegerField(editable=False)),
                ('height', models.IntegerField(editable=False)),
                ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
                ('file', models.ImageField(height_field='height', upload_to=core.storages.RandomName('pictures'), width_field='width')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='learning.courseimage')),
            ],
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name='CourseTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('lead', 'Lead teacher'), ('teacher', 'Co-teacher'), ('grader', 'Grader'), ('designer', 'Designer'), ('reviewer', 'Reviewer'), ('moderator', 'Moderator')], default='teacher', help_text='A lead does everything and manages the team; a co-teacher does everything else. A grader reads and grades. A designer writes and sees no learner’s records. A reviewer reads drafts and approves them. A moderator looks after the discussions.', max_length=10, verbose_name='role')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team', to='learning.coursepage', verbose_name='course')),
                ('user', models.ForeignKey(limit_choices_to=models.Q(('is_active', True), ('role', 'teacher')), on_delete=django.db.models.deletion.PROTECT, related_name='course_teams', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'team member',
                'verbose_name_plural': 'course teams',
                'ordering': ['course_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Enrollment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'On the waiting list'), ('pending', 'Waiting for approval'), ('active', 'Active'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], default='active', max_length=10, verbose_name='state')),
                ('source', models.CharField(choices=[('self', 'Enrolled themselves'), ('team', "Enrolled by the course's team"), ('import', 'Imported'), ('system', 'Follows from progress')], default='self', max_length=10, verbose_name='source')),
                ('lessons_done', models.PositiveIntegerField(default=0, verbose_name='lessons done')),
                ('enrolled_at', models.DateTimeField(auto_now_add=True, verbose_name='enrolled')),
                ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='completed')),
                ('last_seen_at', models.DateTimeField(blank=True, null=True, verbose_name='last seen')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='learning.coursepage', verbose_name='course')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to=settings.AUTH_USER_MODEL, verbose_name='student')),
            ],
            options={
                'verbose_name': 'enrollment',
                'verbose_name_plural': 'enrollments',
                'ordering': ['-enrolled_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='EnrollmentCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.PositiveSmallIntegerField()),
                ('students', models.IntegerField(default=0)),
                ('lessons_done', models.IntegerField(default=0)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enrollment_counts', to='learning.coursepage')),
            ],
            options={
                'ordering': ['course_id', 'part'],
            },
        ),
        migrations.CreateModel(
            name='EnrollmentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_state', models.CharField(blank=True, max_length=10)),
                ('new_state', models.CharField(choices=[('waiting', 'On the waiting list'), ('pending', 'Waiting for approval'), ('active', 'Active'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('source', models.CharField(choices=[('self', 'Enrolled themselves'), ('team', "Enrolled by the course's team"), ('import', 'Imported'), ('system', 'Follows from progress')], max_length=10)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrollment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='learning.enrollment')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('body', wagtail.fields.StreamField([('heading', 2), ('text', 3), ('callout', 7), ('quote', 10), ('code', 14), ('table', 15), ('image', 18), ('video', 21), ('document', 24), ('link', 27), ('activity', 30)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Text', 'max_length': 150}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('2', 'Section'), ('3', 'Part of a section')], 'label': 'Level'}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('learning.blocks.text.TextBlock', (), {}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('try', 'Try it'), ('tip', 'Tip'), ('note', 'Good to know'), ('warning', 'Watch out')], 'label': 'Kind'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 100, 'required': False}), 6: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'ul', 'code'], 'label': 'Text'}), 7: ('wagtail.blocks.StructBlock', [[('kind', 4), ('title', 5), ('text', 6)]], {}), 8: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'rows': 3}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it, and where', 'max_length': 200, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('text', 8), ('source', 9)]], {}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'Plain text'), ('python', 'Python'), ('pycon', 'Python session'), ('javascript', 'JavaScript'), ('html', 'HTML'), ('css', 'CSS'), ('sql', 'SQL'), ('bash', 'Shell'), ('json', 'JSON'), ('java', 'Java'), ('c', 'C'), ('r', 'R')], 'label': 'Language'}), 12: ('wagtail.blocks.TextBlock', (), {'label': 'Code', 'rows': 8}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 150, 'required': False}), 14: ('wagtail.blocks.StructBlock', [[('language', 11), ('code', 12), ('caption', 13)]], {}), 15: ('learning.blocks.table.TableBlock', (), {}), 16: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 17: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('image', 16), ('caption', 17)]], {}), 19: ('wagtail.blocks.URLBlock', (), {'help_text': "The address of the video's page at YouTube or Vimeo.", 'label': 'Address', 'validators': [learning.blocks.video.validate_trusted_video]}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'What the video shows, for screen readers.', 'label': 'Title', 'max_length': 150}), 21: ('wagtail.blocks.StructBlock', [[('url', 19), ('title', 20), ('caption', 17)]], {}), 22: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 23: ('wagtail.blocks.CharBlock', (), {'help_text': 'Empty: the title that the file has.', 'label': 'Title', 'max_length': 150, 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('document', 22), ('title', 23)]], {}), 25: ('wagtail.blocks.URLBlock', (), {'label': 'Address', 'validators': [django.core.validators.URLValidator(schemes=['http', 'https'])]}), 26: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 150}), 27: ('wagtail.blocks.StructBlock', [[('url', 25), ('title', 26)]], {}), 28: ('learning.blocks.activity.ActivityChooserBlock', (), {'label': 'Activity'}), 29: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('card', 'A box with its state'), ('link', 'A line with a link')], 'label': 'Shown as'}), 30: ('wagtail.blocks.StructBlock', [[('activity', 28), ('display', 29)]], {})}, verbose_name='lesson')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, help_text='In minutes, as a student needs.', null=True, verbose_name='duration')),
                ('completion', models.CharField(choices=[('viewed', 'When it has been read to the end'), ('marked', 'When the student marks it as complete')], default='marked', max_length=10, verbose_name='counts as complete')),
                ('required', models.BooleanField(default=True, help_text='Needed for 100 % of the course.', verbose_name='required')),
                ('free_preview', models.BooleanField(default=False, help_text='Everybody may read it, without an account.', verbose_name='free preview')),
                ('announced_at', models.DateTimeField(blank=True, editable=False, help_text='When its students were told. Empty while they could not read it yet.', null=True)),
                ('body_version', models.PositiveIntegerField(default=0, editable=False, help_text='Changes with everything that its published text is drawn from.')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
                'indexes': [models.Index(condition=models.Q(('announced_at__isnull', True)), fields=['page_ptr'], name='learning_lesson_unannounced')],
            },
            bases=(learning.models.tree.CourseTreePage, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='LessonCompletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('viewed', 'Viewed'), ('marked', 'Marked as complete'), ('assessed', 'Work done')], max_length=10)),
                ('completed_at', models.DateTimeField(auto_now_add=True)),
                ('enrollment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completions', to='learning.enrollment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completions', to='learning.lessonpage')),
            ],
            options={
                'verbose_name': 'completed lesson',
                'verbose_name_plural': 'completed lessons',
            },
        ),
        migrations.CreateModel(
            name='LessonActivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('block_id', models.CharField(max_length=36)),
                ('position', models.PositiveIntegerField()),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='learning.activity')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='learning.lessonpage')),
            ],
            options={
                'ordering': ['lesson_id', 'position'],
            },
        ),
        migrations.AddField(
            model_name='enrollment',
            name='last_lesson',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='learning.lessonpage', verbose_name='last lesson'),
        ),
        migrations.CreateModel(
            name='LessonReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('block_id', models.CharField(max_length=36)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lesson_references', to='learning.coursedocument')),
                ('image', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lesson_references', to='learning.courseimage')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='learning.lessonpage')),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lesson_references', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'ordering': ['lesson_id', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['course', 'published', 'archived'], name='learning_activity_course'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('announced_at__isnull', True), ('archived', False), ('published', True)), fields=['id'], name='learning_activity_sweep'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='learning_activity_closes_after_opening', violation_error_message='An activity closes after it opens.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gte', models.F('due_at')), _connector='OR'), name='learning_activity_closes_after_due', violation_error_message='An activity closes when it is due, or later.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='learning_activity_has_kind'),
        ),
        migrations.AddConstraint(
            model_name='courserendition',
            constraint=models.UniqueConstraint(fields=('image', 'filter_spec', 'focal_point_key'), name='learning_courserendition_unique'),
        ),
        migrations.AddConstraint(
            model_name='courseteam',
            constraint=models.UniqueConstraint(fields=('course', 'user'), name='learning_courseteam_unique_member', violation_error_message="This person is in the course's team already."),
        ),
        migrations.AddConstraint(
            model_name='courseteam',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['lead', 'teacher', 'grader', 'designer', 'reviewer', 'moderator'])), name='learning_courseteam_known_role'),
        ),
        migrations.AddConstraint(
            model_name='enrollmentcount',
            constraint=models.UniqueConstraint(fields=('course', 'part'), name='learning_enrollmentcount_unique_part'),
        ),
        migrations.AddIndex(
            model_name='lessoncompletion',
            index=models.Index(fields=['lesson', 'enrollment'], name='learning_completion_lesson'),
        ),
        migrations.AddConstraint(
            model_name='lessoncompletion',
            constraint=models.UniqueConstraint(fields=('enrollment', 'lesson'), name='learning_lessoncompletion_unique_lesson'),
        ),
        migrations.AddConstraint(
            model_name='lessoncompletion',
            constraint=models.CheckConstraint(condition=models.Q(('how__in', ['viewed', 'marked', 'assessed'])), name='learning_lessoncompletion_known_source'),
        ),
        migrations.AddConstraint(
            model_name='lessonactivity',
            constraint=models.UniqueConstraint(fields=('lesson', 'position'), name='learning_lessonactivity_unique_position'),
        ),
        migrations.AddIndex(
            model_name='enrollment',
            index=models.Index(fields=['course', 'state', 'id'], name='learning_enroll_course_state'),
        ),
        migrations.AddIndex(
            model_name='enrollment',
            index=models.Index(fields=['-enrolled_at', '-id'], name='learning_enroll_newest'),
        ),
        migrations.AddIndex(
            model_name='enrollment',
            index=models.Index(fields=['student', 'state', '-last_seen_at'], name='learning_enroll_student_state'),
        ),
        migrations.AddConstraint(
            model_name='enrollment',
            constraint=models.UniqueConstraint(fields=('student', 'course'), name='learning_enrollment_unique_student'),
        ),
        migrations.AddConstraint(
            model_name='enrollment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'pending', 'active', 'completed', 'withdrawn'])), name='learning_enrollment_known_state'),
        ),
        migrations.AddConstraint(
            model_name='enrollment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('state', 'completed')), models.Q(('state', 'completed'), _negated=True), _connector='OR'), name='learning_enrollment_completed_has_date'),
        ),
        migrations.AddConstraint(
            model_name='lessonreference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('image__isnull', True), ('page__isnull', True)), models.Q(('document__isnull', True), ('image__isnull', False), ('page__isnull', True)), models.Q(('document__isnull', True), ('image__isnull', True), ('page__isnull', False)), _connector='OR'), name='learning_lessonreference_one_target'),
        ),
        migrations.AddIndex(
            model_name='coursepage',
            index=models.Index(fields=['archived_at', 'subject', 'level'], name='learning_course_filter'),
        ),
        migrations.AddIndex(
            model_name='coursepage',
            index=models.Index(condition=models.Q(('structure_is_stale', True)), fields=['page_ptr'], name='learning_course_stale'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['title', 'id'], name='learning_activity_title'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['due_at', 'id'], name='learning_activity_due'),
        ),
        migrations.AddIndex(
            model_name='coursepage',
            index=models.Index(fields=['lesson_count', 'page_ptr'], name='learning_course_lessons'),
        ),
        migrations.AddIndex(
            model_name='enrollment',
            index=models.Index(fields=['last_seen_at', 'id'], name='learning_enroll_last_seen'),
        ),
    ]
