"""How every form is printed: one field template for all, so that no page makes its own inputs."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.name.as_field_group }}` by templates/exitcase/_form and _field."""

    form_template_name = "exitcase/_form.html"
    field_template_name = "exitcase/_field.html"
