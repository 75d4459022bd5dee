"""An SVG of matplotlib made fit to stand inside a page: no styles of its own, no names that clash."""

import re
import xml.etree.ElementTree as ElementTree

SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
# DejaVu is what the places of the text were measured with; where it is missing, a narrower one fits.
FONTS = "DejaVu Sans, Verdana, sans-serif"
DROPPED = {"metadata", "style"}
UNTURNED = re.compile(r"rotate\(-?0 ")


def tidy(text: str, label: str, width: int, height: int) -> str:
    """The `svg` element: styles become attributes (a page may forbid inline styles), only ids that
    are referred to stay, and label is what is read out to those who do not see it."""
    root = ElementTree.fromstring(text)
    referred = set(re.findall(r"#([\w-]+)", text))
    _clean(root, referred)
    view = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": view, "width": str(width), "height": str(height), "role": "img",
            "aria-label": label, "font-family": FONTS, "stroke-linejoin": "round",
        }
    )  # fmt: skip
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", LINK)
    return re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode"))


def _clean(element: ElementTree.Element, referred: set[str]) -> None:
    for child in list(element):
        if child.tag.partition("}")[2] in DROPPED:
            element.remove(child)
        else:
            _clean(child, referred)
    if element.get("id") not in referred:
        element.attrib.pop("id", None)
    if UNTURNED.match(element.get("transform", "")):
        del element.attrib["transform"]
    for rule in element.attrib.pop("style", "").split(";"):
        name, _, value = rule.partition(":")
        if value and name.strip() != "font-family":
            element.set(name.strip(), value.strip())
    if "d" in element.attrib:
        element.set("d", " ".join(element.attrib["d"].split()))
