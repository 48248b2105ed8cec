"""How our static files are named: with their hash once they are collected, plainly until then."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped package
    """`serve` and `prepare` collect; tests, and whoever starts otherwise, are served from source.

    WhiteNoise's own class refuses to name a file before the first collecting.
    """

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name
