"""The register as a workbook: its layout, reading an upload, writing one, inventing one."""
