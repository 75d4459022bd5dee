"""PDF by Typst: from a template and data, which are never markup; tagged for screen readers (PDF/UA-1)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path


def typeset(template: Path, inputs: Mapping[str, str], moment: datetime) -> bytes:
    """The PDF of a template with these inputs; moment (UTC) is the time that stands in the file."""
    # Not at the top: the server starts without them.
    import matplotlib
    import typst

    # Its DejaVu is the font that charts are measured with; other fonts only lend letters that it lacks.
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.compile(
        template,
        root=template.parent,
        sys_inputs=dict(inputs),
        font_paths=typst.Fonts(font_paths=[str(fonts)]),
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(moment.replace(tzinfo=UTC).timestamp()),
    )
