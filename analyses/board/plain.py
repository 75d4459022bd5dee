"""A definition's texts in words that a board can follow: no ids of metrics, no chapters and no files of ours."""

import re
from collections.abc import Mapping

from metrics.registry import Metric

# 'metrics.md 3.10: ...', '...; metrics.md 1.8', '...; the rules are in docs/tiers.md', '...: docs/tiers.md'
OURS = re.compile(
    r"metrics\.md [\d.]*\d: |[;:] (?:the rules are in docs/\w+\.md|docs/\w+\.md|metrics\.md [\d.]*\d)"
)
ID = re.compile(r"\b[a-z]+_\w+\b")


def say_plainly(text: str, metrics: Mapping[str, Metric]) -> str:
    """'ltv_km / eco_cac' as 'lifetime value, survival curve / customer acquisition cost, blended'."""

    def name(found: re.Match[str]) -> str:
        metric = metrics.get(found[0])
        return found[0] if metric is None else _lower_first(metric.label)

    return ID.sub(name, OURS.sub("", text))


def _lower_first(label: str) -> str:
    """'MRR of each tier' keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
