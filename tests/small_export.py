"""A Salesforce export of six accounts, one of them merged, whose files a test may change."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Rows: TypeAlias = Sequence[Mapping[str, object]]

AS_OF = "2026-11-15"
FORMULA = "=cmd|' /C calc'!A0"
DROP_TABLE = "'; drop table customers; --"
SCRIPT = "<script>alert(1)</script>"

TEXTS = {
    "Account": f"""
        Id,IsDeleted,MasterRecordId,Name,Segment__c
        001A,0,,Acme,small
        001B,0,,{SCRIPT},small
        001C,0,,{DROP_TABLE},
        001D,0,,{FORMULA},large
        001E,1,001A,Acme of old,
        001F,1,,Deleted,
    """,
    "Subscription__c": """
        Id,Account__c,Start_Date__c,End_Date__c,MRR__c
        s1,001E,2024-06-01,2025-06-01,100.00
        s2,001A,2025-06-01,,120.00
        s3,001B,2024-01-01,,200.00
        s4,001C,2025-01-01,2026-11-12,50.00
        s5,001D,2026-11-10,,80.00
        s6,001B,2024-01-01,2026-02-01,10.00
    """,
    "Opportunity": """
        Id,AccountId,StageName,IsClosed,IsWon,CloseDate,Amount,Type,CreatedDate
        o1,001D,Won,1,1,2026-11-10,960,New Business,2026-10-01 09:00:00
        o2,,Talks,0,0,2027-01-10,500,New Business,2026-11-02 09:00:00
    """,
    "Case": """
        Id,AccountId,CreatedDate,IsClosed,ClosedDate,Type,IsEscalated,Is_Complaint__c
        c1,001B,2026-11-10 10:00:00,0,,Complaint,1,1
    """,
    "Survey_Response__c": """
        Id,Account__c,Responded_On__c,Instrument__c,Score__c
        r1,001A,2026-10-01,nps,10
    """,
    "Advocacy_Activity__c": """
        Id,Account__c,Occurred_On__c,Kind__c,Is_Solicited__c
        a1,001A,2026-10-05,reference,1
    """,
    "Task": """
        Id,AccountId,ActivityDate,TaskSubtype,CreatedDate
        t1,001B,2026-11-01,Call,2026-11-16 08:00:00
    """,
    "User": """
        Id,Name
        u1,Ann
    """,
    "Billing_Event__c": """
        Id,Account__c,Occurred_On__c,Kind__c
        b1,001C,2026-10-01,late_payment
    """,
}
FILES: dict[str, Rows] = {
    name: list(csv.DictReader(line.strip() for line in text.strip().splitlines()))
    for name, text in TEXTS.items()
}


def write_export(folder: Path, **changed: Rows | None) -> Path:
    """Write the files, those in `changed` with other rows (None: without the file)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {**FILES, **changed}.items():
        if rows is not None:
            write_file(folder / f"{name}.csv", rows)
    return folder


def write_file(path: Path, rows: Rows) -> None:
    """Write rows as Salesforce does: every cell quoted."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
