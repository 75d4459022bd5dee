"""customer_level = "ultimate_parent": whose rows belong to whom."""

from pathlib import Path

import duckdb
import pytest

from tests.unit.loading import load, rows, write_export
from warehouse.settings import Settings

# Top has two levels below it; Old was merged into Mid; Loner's parent is nowhere, Orphan's is deleted;
# Ring 1 and 2 are each other's parent and Under is below them; Ann's parent is staff, Partner is a child of Top.
ACCOUNTS = """Id,IsDeleted,MasterRecordId,ParentId,Name,Is_Staff_Or_Partner__c
001T,0,,,Top,0
001M,0,,001T,Mid,0
001L,0,,001M,Leaf,0
001O,1,001M,001X,Old,0
001C,0,,001O,Child of old,0
001N,0,,001NOWHERE,Loner,0
001D,1,,,Deleted,0
001P,0,,001D,Orphan,0
0011,0,,0012,Ring 1,0
0012,0,,0011,Ring 2,0
001U,0,,0012,Under,0
001S,0,,,Staff,1
001A,0,,001S,Ann,0
001Q,0,,001T,Partner,1
"""
TERMS = "Id,Account__c,Start_Date__c,MRR__c\n" + "".join(
    f"s{name},001{name},2026-01-01,10\n" for name in "TMLOCNPUAQ"
)
USAGE = "Account__c,Week_Start__c,Usage__c\n" + "".join(
    f"001{name},2026-10-05,2\n" for name in "TML"
)
OWNERS = {
    "T": "T", "M": "T", "L": "T", "O": "T", "C": "T",
    "N": "N", "P": "P", "U": "U", "A": "A", "Q": "Q",
}  # fmt: skip


@pytest.fixture
def lifted(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    files = {"Account": ACCOUNTS, "Subscription__c": TERMS, "Usage__c": USAGE}
    export = write_export(tmp_path / "export", files)
    return load(export, Settings(customer_level="ultimate_parent"))


def test_rows_belong_to_the_topmost_parent(lifted: duckdb.DuckDBPyConnection) -> None:
    found = rows(lifted, "select subscription_id, customer_id from subscriptions")
    assert {name[1:]: owner[3:] for name, owner in found} == OWNERS


def test_children_are_set_aside_with_the_reason(lifted: duckdb.DuckDBPyConnection) -> None:
    left = rows(lifted, "select customer_id from customers order by customer_id")
    assert [name for (name,) in left] == [
        "0011", "0012", "001A", "001N", "001P", "001Q", "001S", "001T", "001U",
    ]  # fmt: skip
    assert rows(
        lifted, "select accepted, deleted, set_aside from load_files where file = 'Account.csv'"
    ) == [(9, 1, 4)]
    notes = [note for (note,) in rows(lifted, "select message from load_notes order by message")]
    assert [note for note in notes if "Account.csv" in note or "parent" in note] == [
        "1 account has a parent that is deleted: it stands for itself.",
        "1 account has a parent that is not in the export: it stands for itself.",
        "1 account has a parent that is staff or a partner: it stands for itself.",
        "1 row of Account.csv is dropped: marked as deleted.",
        "1 row of Account.csv is set aside: merged into another account.",
        "3 accounts have a parent that is in a circle of parents: each stands for itself.",
        "3 rows of Account.csv are set aside: part of an ultimate parent.",
    ]  # fmt: skip


def test_what_meets_under_one_key_adds_up(lifted: duckdb.DuckDBPyConnection) -> None:
    assert rows(lifted, "select customer_id, usage from usage") == [("001T", 6)]


def test_a_family_of_any_depth(tmp_path: Path) -> None:
    depth = 300
    accounts = "Id,ParentId\n" + "".join(
        f"a{each},{f'a{each - 1}' if each else ''}\n" for each in range(depth)
    )
    export = write_export(tmp_path / "export", {"Account": accounts, "Subscription__c": (
        f"Id,Account__c,Start_Date__c,MRR__c\ns1,a{depth - 1},2026-01-01,10\n"
    )})  # fmt: skip
    connection = load(export, Settings(customer_level="ultimate_parent"))
    assert rows(connection, "select customer_id from customers") == [("a0",)]
    assert rows(connection, "select customer_id from subscriptions") == [("a0",)]


def test_by_default_every_account_is_a_customer(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"Account": ACCOUNTS, "Subscription__c": TERMS})
    found = rows(load(export), "select subscription_id, customer_id from subscriptions")
    assert {name[1:]: owner[3:] for name, owner in found} == {name: name for name in OWNERS} | {
        "O": "M"
    }
