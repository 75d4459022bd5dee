"""The sample company: the same bytes every time, and a world that hangs together."""

import csv
import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from data import generate_sample
from data.generate_sample import SAMPLE, generate
from data.sample_world.layout import NULL_LOOKUP, OBJECTS, PLAIN_FILES
from data.sample_world.writer import record_id

Rows = list[dict[str, str]]
FIRST_DAY, AS_OF = "2023-11-20", "2026-11-15"

CUSTOM_COLUMNS = {
    "Subscription__c": "Account__c Start_Date__c End_Date__c MRR__c Is_Trial__c Renewal_Date__c "
    "Cancelled_Date__c End_Reason__c Product__c Change_Reason__c",
    "Survey_Response__c": "Account__c Responded_On__c Instrument__c Score__c Comment__c "
    "Is_Complaint__c Journey_Stage__c Wave__c",
    "Need__c": "Account__c Assessed_On__c Journey_Stage__c Need__c Is_Met__c Importance__c "
    "Accountable_Function__c",
    "Advocacy_Activity__c": "Account__c Occurred_On__c Kind__c Is_Solicited__c Rating__c "
    "Opportunity__c Reward_Code__c",
    "Usage__c": "Account__c Week_Start__c Usage__c Active_Users__c",
    "Billing_Event__c": "Account__c Occurred_On__c Kind__c Amount__c",
    "Cost__c": "Month__c Purpose__c Channel__c Amount__c",
    "Reference_Ask__c": "Account__c Asked_On__c Contact__c For_Account__c For_Opportunity__c "
    "Outcome__c",
    "Programme_Member__c": "Programme__c Account__c Assigned_On__c Arm__c Ended_On__c",
    "Survey_Invitation__c": "Account__c Invited_On__c Instrument__c Wave__c",
}
BOOLEANS = {
    "IsDeleted",
    "IsClosed",
    "IsWon",
    "IsEscalated",
    "IsActive",
    "IsReductionOrder",
    "IsConverted",
    "HasResponded",
    "HasOptedOutOfEmail",
    "Is_Trial__c",
    "Is_Complaint__c",
    "Is_Met__c",
    "Is_Solicited__c",
    "Is_Staff_Or_Partner__c",
    "Has_Reference_Consent__c",
}
# Column and the file it points to; those of the second group write null as empty.
LOOKUPS = {
    "AccountId": "Account",
    "ParentId": "Account",
    "Account__c": "Account",
    "For_Account__c": "Account",
    "ConvertedAccountId": "Account",
    "ContactId": "Contact",
    "Contact__c": "Contact",
    "WhoId": "Contact",
    "WhatId": "Account",
    "ConvertedContactId": "Contact",
    "OpportunityId": "Opportunity",
    "Opportunity__c": "Opportunity",
    "For_Opportunity__c": "Opportunity",
    "ConvertedOpportunityId": "Opportunity",
    "CampaignId": "Campaign",
    "OriginalOrderId": "Order",
    "LeadId": "Lead",
    "OwnerId": "User",
    "LastModifiedById": "User",
}
EMPTY_WHEN_NULL = {("Account", "MasterRecordId"), ("Task", "AccountId")}
BUSINESS_DATES = {
    "Subscription__c": ["Start_Date__c", "Cancelled_Date__c"],
    "Survey_Response__c": ["Responded_On__c"],
    "Need__c": ["Assessed_On__c"],
    "Advocacy_Activity__c": ["Occurred_On__c"],
    "Usage__c": ["Week_Start__c"],
    "Billing_Event__c": ["Occurred_On__c"],
    "Reference_Ask__c": ["Asked_On__c"],
    "Programme_Member__c": ["Assigned_On__c", "Ended_On__c"],
    "Survey_Invitation__c": ["Invited_On__c"],
    "Order": ["EffectiveDate"],
    "Case": ["CreatedDate", "ClosedDate"],
    "Task": ["ActivityDate", "Follow_Up_Done__c"],
    "Opportunity": ["CreatedDate"],
    "OpportunityHistory": ["CreatedDate"],
    "Lead": ["CreatedDate", "ConvertedDate"],
}


@pytest.fixture(scope="module")
def sample() -> dict[str, Rows]:
    """The committed sample, every file of an object as rows of text."""
    return {name: read_rows(SAMPLE / f"{name}.csv") for name in OBJECTS}


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def checksums(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.csv"))
    }


def kept(rows: Rows) -> Rows:
    return [row for row in rows if row["IsDeleted"] == "0"]


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    rows = generate(tmp_path)

    assert checksums(tmp_path) == checksums(SAMPLE)
    assert sum(rows.values()) > 60_000


def test_the_order_of_hashes_changes_no_byte(tmp_path: Path) -> None:
    for hash_seed in ("1", "2"):
        subprocess.run(
            [
                sys.executable,
                generate_sample.__file__,
                *("--customers", "30", "--weeks", "60", "--out", str(tmp_path / hash_seed)),
            ],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
        )

    assert checksums(tmp_path / "1") == checksums(tmp_path / "2")


def test_another_seed_is_another_company(tmp_path: Path) -> None:
    generate(tmp_path / "one", customers=5, seed=1)
    generate(tmp_path / "two", customers=5, seed=2)

    one, two = checksums(tmp_path / "one"), checksums(tmp_path / "two")
    assert one["Account.csv"] != two["Account.csv"]


@pytest.mark.parametrize(("customers", "weeks"), [(1, 1), (1, 156), (7, 3), (3, 300)])
def test_any_size_can_be_made(tmp_path: Path, customers: int, weeks: int) -> None:
    rows = generate(tmp_path, customers=customers, weeks=weeks, usage_customers=None)

    assert rows["Usage__c"] == customers * weeks
    assert len(list(tmp_path.glob("*.csv"))) == len(OBJECTS) + len(PLAIN_FILES)


def test_usage_can_be_left_out(tmp_path: Path) -> None:
    assert generate(tmp_path, customers=4, weeks=20, usage_customers=0)["Usage__c"] == 0


def test_the_command_line_writes_usage_for_everyone_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--customers", "600", "--weeks", "2", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["generate_sample.py", *options])

    generate_sample.main()

    assert len(read_rows(tmp_path / "Usage__c.csv")) == 1_200
    assert "rows of 600 customers" in capsys.readouterr().out


def test_the_command_line_refuses_no_customers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["generate_sample.py", "--customers", "0"])

    with pytest.raises(SystemExit, match="2"):
        generate_sample.main()

    assert "at least 1" in capsys.readouterr().err


def test_ids_end_in_the_checksum_of_salesforce() -> None:
    # Of five characters the W is the fourth: 8 is I. With the T before it, 4 + 8: M.
    assert record_id("001", 7) == "001Wx0000000007IAA"
    assert record_id("00T", 12) == "00TWx0000000012MAA"


def test_the_sample_is_small_and_the_company_is_not(sample: dict[str, Rows]) -> None:
    paying = {
        row["Account__c"] for row in kept(sample["Subscription__c"]) if row["Is_Trial__c"] == "0"
    }

    assert sum(path.stat().st_size for path in SAMPLE.glob("*.csv")) <= 16_000_000
    assert 1_000 <= len(paying) <= 2_000


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.csv")), ids=lambda path: path.name)
def test_every_value_is_quoted_and_every_line_ends_in_lf(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b'"\n')

    lines = content.decode("utf-8").splitlines(keepends=True)
    with path.open(encoding="utf-8", newline="") as file:
        for line, values in zip(lines, csv.reader(file, strict=True), strict=True):
            doubled = [value.replace('"', '""') for value in values]
            assert line == '"' + '","'.join(doubled) + '"\n'


@pytest.mark.parametrize("name", CUSTOM_COLUMNS)
def test_custom_objects_have_exactly_the_promised_columns(
    name: str, sample: dict[str, Rows]
) -> None:
    base = ["Id", "IsDeleted", "Name", "CurrencyIsoCode", "CreatedDate"]

    assert list(sample[name][0]) == base + CUSTOM_COLUMNS[name].split()


def test_booleans_dates_and_ids_are_written_as_salesforce_does(sample: dict[str, Rows]) -> None:
    for name, rows in sample.items():
        assert len({row["Id"] for row in rows}) == len(rows), name
        for row in rows:
            assert len(row["Id"]) == 18
            for column, value in row.items():
                if column in BOOLEANS:
                    assert value in ("0", "1"), (name, column, value)
                elif value and (column.endswith(("_On__c", "_Date__c")) or column == "CloseDate"):
                    assert value.endswith(" 00:00:00"), (name, column, value)


def test_lookups_find_their_row_or_are_null(sample: dict[str, Rows]) -> None:
    ids = {name: {row["Id"] for row in rows} for name, rows in sample.items()}

    for name, rows in sample.items():
        for column in LOOKUPS.keys() & rows[0].keys():
            null = "" if (name, column) in EMPTY_WHEN_NULL else NULL_LOOKUP
            strangers = {row[column] for row in rows} - ids[LOOKUPS[column]] - {null}
            assert not strangers, (name, column)


def test_some_rows_are_deleted_merged_unlinked_or_late(sample: dict[str, Rows]) -> None:
    accounts, cases = sample["Account"], sample["Case"]
    merged = [row for row in accounts if row["MasterRecordId"]]
    late = [
        row
        for row in sample["Survey_Response__c"]
        if day_of(row["CreatedDate"]) - day_of(row["Responded_On__c"]) >= timedelta(days=7)
    ]
    unlinked = sum(row["AccountId"] == NULL_LOOKUP for row in cases) / len(cases)

    assert merged
    assert all(row["IsDeleted"] == "1" for row in merged)
    assert {row["MasterRecordId"] for row in merged} <= {row["Id"] for row in kept(accounts)}
    assert {row["Id"] for row in merged} & {row["Account__c"] for row in sample["Billing_Event__c"]}
    assert any(row["Is_Staff_Or_Partner__c"] == "1" for row in accounts)
    assert 0.02 <= unlinked <= 0.04
    assert len(late) > 50
    for name in ("Contact", "Opportunity", "Case", "Task", "Subscription__c"):
        assert len(kept(sample[name])) < len(sample[name])


def test_awkward_names_are_in_the_sample(sample: dict[str, Rows]) -> None:
    names = {row["Name"] for row in sample["Account"]}

    assert {'O\'Hara; "Best" GmbH', "Mühlbrök & Söhne, Inc.", "=Sumova Analytics"} <= names


def test_the_newest_change_is_of_the_monday_after_the_as_of_date(sample: dict[str, Rows]) -> None:
    stamps = max(
        row[column]
        for rows in sample.values()
        for row in rows
        for column in ("CreatedDate", "LastModifiedDate", "SystemModstamp")
        if column in row
    )

    assert stamps[:10] == "2026-11-16"


@pytest.mark.parametrize("name", BUSINESS_DATES)
def test_business_dates_stay_within_the_156_weeks(name: str, sample: dict[str, Rows]) -> None:
    for column in BUSINESS_DATES[name]:
        days = {row[column][:10] for row in sample[name] if row[column]}
        assert min(days) >= FIRST_DAY, column
        assert max(days) <= AS_OF, column


def test_usage_covers_every_week_of_its_customers(sample: dict[str, Rows]) -> None:
    weeks: dict[str, list[str]] = defaultdict(list)
    for row in sample["Usage__c"]:
        weeks[row["Account__c"]].append(row["Week_Start__c"][:10])

    mondays = [str(date(2023, 11, 20) + timedelta(weeks=week)) for week in range(156)]
    assert len(weeks) >= 60
    assert all(starts == mondays for starts in weeks.values())


def lines_of_terms(sample: dict[str, Rows]) -> list[Rows]:
    """Return the terms of each account and product, oldest first."""
    lines: dict[tuple[str, str, str], Rows] = defaultdict(list)
    for row in kept(sample["Subscription__c"]):
        lines[row["Account__c"], row["Product__c"], row["Is_Trial__c"]].append(row)
    return [sorted(line, key=lambda row: row["Start_Date__c"]) for line in lines.values()]


def test_terms_of_a_line_follow_each_other_without_overlap(sample: dict[str, Rows]) -> None:
    same_day, gaps = 0, 0
    for line in lines_of_terms(sample):
        for row in line:
            assert not row["End_Date__c"] or row["End_Date__c"] > row["Start_Date__c"]
            assert 200 <= float(row["MRR__c"]) <= 20_000
        for before, after in pairwise(line):
            assert before["End_Date__c"], "only the last term of a line runs"
            assert before["End_Date__c"] <= after["Start_Date__c"]
            same_day += before["End_Date__c"] == after["Start_Date__c"]
            gaps += before["End_Date__c"] < after["Start_Date__c"]

    assert same_day > 1_000
    assert 10 < gaps < same_day / 20


def test_a_change_of_mrr_says_why(sample: dict[str, Rows]) -> None:
    reasons: dict[str, int] = defaultdict(int)
    for line in lines_of_terms(sample):
        for before, after in pairwise(line):
            if before["End_Date__c"] == after["Start_Date__c"]:
                changed = before["MRR__c"] != after["MRR__c"]
                assert changed == bool(after["Change_Reason__c"]), after["Id"]
                reasons[after["Change_Reason__c"]] += 1

    assert set(reasons) == {"", "price", "quantity", "plan"}


def test_a_new_customer_has_a_won_deal_of_its_annual_value(sample: dict[str, Rows]) -> None:
    won: dict[str, set[str]] = defaultdict(set)
    for row in kept(sample["Opportunity"]):
        if row["IsWon"] == "1" and row["Type"].lower() in ("new business", "new customer", ""):
            won[row["AccountId"]].add(row["Amount"])
    first: dict[str, dict[str, str]] = {}
    for row in kept(sample["Subscription__c"]):
        if row["Is_Trial__c"] == "0":
            known = first.setdefault(row["Account__c"], row)
            if row["Start_Date__c"] < known["Start_Date__c"]:
                first[row["Account__c"]] = row
    merged = {row["Id"] for row in sample["Account"] if row["MasterRecordId"]}

    new = [
        row
        for account, row in first.items()
        if row["Start_Date__c"][:10] > FIRST_DAY and account not in merged
    ]
    assert len(new) > 700
    for row in new:
        assert f"{float(row['MRR__c']) * 12:.2f}" in won[row["Account__c"]]


def test_a_won_renewal_has_a_term_that_begins_after_it(sample: dict[str, Rows]) -> None:
    starts: dict[str, set[tuple[date, str]]] = defaultdict(set)
    for row in kept(sample["Subscription__c"]):
        annual = f"{float(row['MRR__c']) * 12:.2f}"
        starts[row["Account__c"]].add((day_of(row["Start_Date__c"]), annual))
    renewals = [
        row
        for row in kept(sample["Opportunity"])
        if row["IsWon"] == "1"
        and row["Type"].lower() in ("renewal", "existing customer - replacement")
    ]

    assert len(renewals) > 1_000
    for row in renewals:
        closed = day_of(row["CloseDate"])
        assert any(
            annual == row["Amount"] and timedelta(0) <= start - closed <= timedelta(days=30)
            for start, annual in starts[row["AccountId"]]
        ), row["Id"]


def test_customers_help_with_deals_that_are_won_and_with_others(sample: dict[str, Rows]) -> None:
    is_won = {row["Id"]: row["IsWon"] == "1" for row in sample["Opportunity"]}
    linked = [row["Opportunity__c"] for row in sample["Advocacy_Activity__c"]]
    asked = [row["For_Opportunity__c"] for row in sample["Reference_Ask__c"]]
    for deals in (linked, asked):
        outcomes = [is_won[deal] for deal in deals if deal in is_won]
        assert 0.4 < sum(outcomes) / len(outcomes) < 0.8


def test_orders_are_of_accounts_without_a_contract(sample: dict[str, Rows]) -> None:
    """Some hundred buyers over three years, a few of them often; drafts and refunds among them."""
    paying = {row["Account__c"] for row in sample["Subscription__c"] if row["Is_Trial__c"] == "0"}
    known = {row["Id"] for row in kept(sample["Account"])}
    orders = {row["Id"]: row for row in sample["Order"]}
    bought = [row for row in orders.values() if row["IsReductionOrder"] == "0"]
    buyers: dict[str, set[str]] = defaultdict(set)
    for row in bought:
        buyers[row["AccountId"]].add(row["EffectiveDate"])

    assert 3_000 < len(bought) < 5_000
    assert 500 < len(buyers) < 700
    assert not buyers.keys() & paying
    assert buyers.keys() <= known
    assert 0.1 < sum(len(days) == 1 for days in buyers.values()) / len(buyers) < 0.4
    assert all(float(row["TotalAmount"]) > 0 for row in bought)
    assert 20 < sum(row["StatusCode"] == "Draft" for row in bought) < 100
    refunds = [row for row in orders.values() if row["IsReductionOrder"] == "1"]
    assert len(refunds) > 20
    for row in refunds:
        original = orders[row["OriginalOrderId"]]
        assert original["AccountId"] == row["AccountId"]
        assert float(row["TotalAmount"]) == -float(original["TotalAmount"])
        assert original["EffectiveDate"] < row["EffectiveDate"]


def test_every_answer_of_the_relationship_survey_was_asked_for(sample: dict[str, Rows]) -> None:
    """Invitations are kept since the programme began, and most are not answered."""
    merged = {
        row["Id"]: row["MasterRecordId"] for row in sample["Account"] if row["MasterRecordId"]
    }
    asked: dict[str, list[date]] = defaultdict(list)
    for row in kept(sample["Survey_Invitation__c"]):
        account = merged.get(row["Account__c"], row["Account__c"])
        asked[account].append(day_of(row["Invited_On__c"]))
    answers = [
        row
        for row in kept(sample["Survey_Response__c"])
        if row["Instrument__c"] == "nps" and row["Responded_On__c"] >= "2025-10-23"
    ]

    assert 0.1 < len(answers) / sum(map(len, asked.values())) < 0.5
    for row in answers:
        account = merged.get(row["Account__c"], row["Account__c"])
        gaps = [(day_of(row["Responded_On__c"]) - day).days for day in asked[account]]
        assert any(0 <= gap <= 16 for gap in gaps), row["Id"]


def test_history_ends_in_the_stage_of_the_opportunity(sample: dict[str, Rows]) -> None:
    last: dict[str, dict[str, str]] = {}
    no_moves = 0
    for row in kept(sample["OpportunityHistory"]):
        no_moves += row["StageName"] == row["FromOpportunityStageName"]
        newest = last.setdefault(row["OpportunityId"], row)
        if row["CreatedDate"] >= newest["CreatedDate"]:
            last[row["OpportunityId"]] = row

    assert no_moves > 500
    twins = {row["Id"] for row in sample["Opportunity"] if row["IsDeleted"] == "1"}
    for row in sample["Opportunity"]:
        if row["Id"] not in twins:
            assert last[row["Id"]]["StageName"] == row["StageName"]


def test_every_layout_holds_the_same_company(tmp_path: Path) -> None:
    made = {
        layout: generate(tmp_path / layout, customers=40, weeks=60, layout=layout)
        for layout in ("salesforce", "hubspot", "plain")
    }

    assert made["hubspot"] == made["plain"] == made["salesforce"]
    subscriptions = {
        layout: len(read_rows(tmp_path / layout / f"{name}.csv"))
        for layout, name in (
            ("salesforce", "Subscription__c"),
            ("hubspot", "subscriptions"),
            ("plain", "subscriptions"),
        )
    }
    assert len(set(subscriptions.values())) == 1


def test_a_company_that_was_merged_away_is_only_an_id_in_hubspot(tmp_path: Path) -> None:
    generate(tmp_path, customers=600, weeks=60, usage_customers=0, layout="hubspot")

    companies = read_rows(tmp_path / "companies.csv")
    merged = [each for row in companies for each in row["Merged Company IDs"].split(";") if each]
    assert merged
    assert not set(merged) & {row["Record ID"] for row in companies}
    assert set(merged) & {
        row["Associated Company IDs"] for row in read_rows(tmp_path / "billing events.csv")
    }


def test_a_stage_of_hubspot_has_a_column_in_both_quote_styles(tmp_path: Path) -> None:
    generate(tmp_path, customers=20, weeks=30, usage_customers=0, layout="hubspot")

    for style in (
        'Date entered "Proposal (Sales Pipeline)"',
        "Date entered 'Proposal (Sales Pipeline)'",
    ):
        assert any(row[style] for row in read_rows(tmp_path / "deals.csv"))


def test_another_layout_has_no_place_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["generate_sample.py", "--layout", "plain"])

    with pytest.raises(SystemExit, match="2"):
        generate_sample.main()

    assert "--out is needed" in capsys.readouterr().err
