"""The brief as files: one HTML page that prints to two sheets of A4, and the same as e-mail and message."""

from exports.brief.page import to_brief as to_brief
