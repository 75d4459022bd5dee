"""What no file can hold that is made of XML, as those of Office, SVG and HTML are, whoever may have written it."""

import re

# Control characters, halves of surrogate pairs and what is no character at all: XML 1.0, section 2.2.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def to_xml_text(text: str) -> str:
    """A text with a space for each character that XML cannot hold."""
    return _NOT_TEXT.sub(" ", text)
