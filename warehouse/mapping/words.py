"""What a header means: its words in five languages and the habits of CRMs, read from words.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WORDS_FILE = Path(__file__).parent / "words.toml"
# Of two patterns that a header fits, the later one is the less likely, by this much.
RANK_STEP = 0.02
# A header that says more than the pattern is a weaker sign of it.
PARTIAL = 0.75
LETTERS_WITHOUT_ACCENT = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d"})
# The contract's own name; one header of Zoho's stage history, Moved To, says more than Stage does.
SAME_NAME = 0.99
CURRENCY_IN_HEADER = re.compile(
    r"\b(EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|JPY|CAD|AUD|BRL|MXN)\b|([€£])"
)
SIGNS = {"€": "EUR", "£": "GBP"}


@dataclass(frozen=True)
class Words:
    """words.toml as it is asked: word -> meaning, and patterns (sets of meanings) by table and column."""

    meaning: dict[str, str]
    weak: frozenset[str]
    stop: frozenset[str]
    files: dict[str, tuple[frozenset[str], ...]]
    columns: dict[str, dict[str, tuple[frozenset[str], ...]]]
    values: dict[str, dict[str, dict[str, str]]]
    booleans: dict[str, str]


@cache
def load_words() -> Words:
    """Return the words that come with the product."""
    declared: dict[str, Any] = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    return Words(
        meaning={
            word: meaning for meaning, words in declared["words"].items() for word in words.split()
        },
        weak=frozenset(declared["weak"]),
        stop=frozenset(declared["stop"].split()),
        files={table: _patterns(given) for table, given in declared["files"].items()},
        columns={
            table: {column: _patterns(given) for column, given in columns.items()}
            for table, columns in declared["columns"].items()
        },
        values={
            table: {column: _invert(given) for column, given in columns.items()}
            if all(isinstance(each, dict) for each in columns.values())
            else {"": _invert(columns)}
            for table, columns in declared["values"].items()
        },
        booleans={
            word: value
            for name, value in (("yes", "true"), ("no", "false"))
            for word in declared["booleans"][name].split()
        },
    )


def _patterns(given: Collection[str]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(pattern.split()) for pattern in given)


def _invert(given: dict[str, str]) -> dict[str, str]:
    return {
        word.replace("_", " "): value for value, words in given.items() for word in words.split()
    }


def plain(text: str) -> str:
    """Return a text in lower case and without accents, its blanks and underscores one blank each."""
    lower = text.strip().lower().translate(LETTERS_WITHOUT_ACCENT)
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(each)
    )
    return re.sub(r"[\s_]+", " ", bare)


def read_currency(header: str) -> str:
    """Return the currency that a header names, as `Monthly fee (EUR)` does, else an empty text."""
    found = CURRENCY_IN_HEADER.search(header)
    return (found[1] or SIGNS[found[2]]) if found else ""


@cache
def read_meaning(header: str) -> frozenset[str]:
    """Return what the words of a header, or of a file's name, mean; a word unknown here means itself.

    Dynamics hides its keys behind `(Do Not Modify)` and adds where a related column comes from, `Account Name
    (Account Name) (Account)`; Zoho pairs `X.id` with `X`; Salesforce ends own fields in `__c`; Pipedrive writes
    `Deal - Title`.
    """
    known = load_words()
    text = re.sub(r"^\s*\(do not modify\)", "", header, flags=re.IGNORECASE)
    text = CURRENCY_IN_HEADER.sub(" ", re.sub(r"__c$", "", text))
    while found := re.fullmatch(r"(.*\S)\s*\([^()]*\)\s*\([^()]*\)\s*", text):
        text = found[1]
    text = re.sub(r"([a-z])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", text)
    meanings: set[str] = set()
    for word in re.findall(r"[^\W\d_]+", plain(text)):
        meanings |= {
            known.meaning.get(part, part) for part in _split(word) if part not in known.stop
        }
    return frozenset(meanings)


def _split(word: str) -> tuple[str, ...]:
    """A German compound as the known words it is made of, anything else as it is."""
    known = load_words()
    if word in known.meaning or word in known.stop or len(word) < 7:
        return (word,)
    for cut in range(len(word) - 3, 2, -1):
        head, tail = word[:cut], word[cut:]
        stem = head if head in known.meaning else head.removesuffix("s")
        if stem in known.meaning and len(stem) > 2 and (tail in known.meaning):
            return (stem, tail)
    return (word,)


@cache
def score_header(header: str, table: str, column: str) -> float:
    """Return how strongly a header's words speak for a column of a table: 1 at best, 0 where they do not."""
    if plain(header) == plain(column):
        return SAME_NAME
    known = load_words()
    own = next((next(iter(each)) for each in known.files.get(table, ()) if len(each) == 1), "own")
    meanings = frozenset("own" if each == own else each for each in read_meaning(header))
    patterns = known.columns.get(table, {}).get(column) or known.columns["any"].get(column, ())
    return max(
        (
            _fit(meanings, pattern, known.weak) - RANK_STEP * rank
            for rank, pattern in enumerate(patterns)
        ),
        default=0.0,
    )


def _fit(meanings: frozenset[str], pattern: frozenset[str], weak: frozenset[str]) -> float:
    pattern = frozenset("own" if each == "own" else each for each in pattern)
    if meanings == pattern:
        return 1.0
    said = (meanings - weak) or meanings
    wanted = (pattern - weak) or pattern
    if said == wanted:
        return 0.97
    if said - {"own"} == wanted - {"own"} and said - {"own"}:
        return 0.95
    if wanted <= said and not (said - wanted) & load_nouns():
        return PARTIAL * len(wanted) / len(said)
    return 0.0


@cache
def load_nouns() -> frozenset[str]:
    """The meanings that name a thing with a table of its own: `engagement id` is no id of a customer."""
    patterns = (each for given in load_words().files.values() for each in given)
    return frozenset(next(iter(each)) for each in patterns if len(each) == 1)


def score_file(stem: str, table: str) -> float:
    """Return how strongly the name of a file speaks for a table: 1 at best, 0 where it does not."""
    # Zoho's stage history: the name of the module, two underscores and the day.
    is_history = re.search(r"__\d{4}_\d{2}_\d{2}$", stem) is not None
    meanings = read_meaning(stem) | ({"history"} if is_history else set[str]())
    return max(
        (
            len(pattern) / len(meanings) if pattern <= meanings else 0.0
            for pattern in load_words().files.get(table, ())
        ),
        default=0.0,
    )
