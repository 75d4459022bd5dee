"""The board pack as one HTML file, to be shown full screen: no server, no network, one message a slide."""

from exports.presentation.page import to_presentation as to_presentation
