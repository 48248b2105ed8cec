"""The upload of a register."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from exitcase.core.models import Programme

LARGEST: Final = 50 * 1024 * 1024  # bytes; the reader has finer limits of its own
YEARS: Final = (2014, 2100)


class ImportForm(forms.Form):
    """One workbook of one year, read in the background."""

    file = forms.FileField(
        label=_("建档立卡数据(xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )
    year = forms.IntegerField(label=_("年度"), min_value=YEARS[0], max_value=YEARS[1])
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("按哪个方案汇总收入"), to_field_name="key"
    )
    dry_run = forms.BooleanField(label=_("只试读,不写入"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.queryset = Programme.objects.current()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(".xlsx"):
            raise forms.ValidationError(_("请上传 xlsx 文件;旧的 xls 请另存为 xlsx"))
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("文件超过 50 MB,请按乡镇分开上传"))
        return file
