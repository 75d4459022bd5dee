"""Quirks of HubSpot's exports; the numbers are those of docs/exports.md."""

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.unit.loading import load, rows
from warehouse.errors import StandingError

COMPANIES = "Record ID,Company name\n1,Acme\n2,Bolt\n"
DEALS = "Record ID,Deal Stage,Create Date,Close Date,Is Deal Closed?,Is Closed Won"


def write(folder: Path, **files: str) -> Path:
    """Write files by name, beside two companies unless `companies` is among them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"companies": COMPANIES, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_quirk_24_labels_and_internal_names_give_the_same_rows(tmp_path: Path) -> None:
    """Whether the header is the label, the internal name or Fivetran's, and whatever the file is called."""
    labels = {
        "hubspot-crm-exports-all-companies-2026-11-16": (
            "Record ID,Company name,Country/Region,Industry,Create Date,Company owner\n"
            "1,Acme,Spain,Energy,2026-01-02 10:00,Ada\n"
        ),
        "my deals": (
            "Record ID,Deal Stage,Pipeline,Amount,Currency,Create Date,Close Date,Deal Type,Is Deal Closed?,"
            "Is Closed Won,Associated Company IDs (Primary)\n"
            "11,Signed,Sales,500,EUR,2026-01-05,2026-02-01,New Business,true,true,1\n"
        ),
        "my tickets": (
            "Ticket ID,Ticket name,Ticket status,Category,Create date,Close date,Priority,"
            "Associated Company IDs (Primary)\n21,No sync,Closed,Product Issue,2026-03-01,2026-03-02,High,1\n"
        ),
    }
    names = {
        "a": (
            "hs_object_id,name,domain,country,industry,createdate,hubspot_owner_id\n"
            "1,Acme,acme.example,Spain,Energy,2026-01-02T10:00:00Z,Ada\n"
        ),
        "b": (
            "hs_object_id,dealstage,pipeline,amount,deal_currency_code,createdate,closedate,dealtype,hs_is_closed,"
            "hs_is_closed_won,Associated Company IDs (Primary)\n"
            "11,Signed,Sales,500,EUR,2026-01-05T00:00:00Z,2026-02-01T00:00:00Z,newbusiness,true,true,1\n"
        ),
        "c": (
            "hs_object_id,subject,hs_pipeline_stage,hs_ticket_category,createdate,closed_date,hs_ticket_priority,"
            "Associated Company IDs (Primary)\n"
            "21,No sync,4,PRODUCT_ISSUE,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,High,1\n"
        ),
    }
    queries = (
        "select customer_id, customer_name, region, industry, created_on, owner_id from customers",
        "select opportunity_id, customer_id, stage, amount, currency, created_on, closed_on, kind, is_won"
        " from opportunities",
        "select case_id, customer_id, opened_at, closed_at, kind, priority from cases",
    )
    expected = [
        [("1", "Acme", "Spain", "Energy", date(2026, 1, 2), "Ada")],
        [
            ("11", "1", "Signed", 500, "EUR", date(2026, 1, 5), date(2026, 2, 1), "new", True),
        ],
        [("21", "1", datetime(2026, 3, 1), datetime(2026, 3, 2), "incident", "High")],
    ]
    for place, files in enumerate((labels, names)):
        folder = tmp_path / str(place)
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        connection = load(folder)
        assert [rows(connection, query) for query in queries] == expected


def test_quirk_24_the_primary_company_comes_before_the_first_of_the_list(tmp_path: Path) -> None:
    deals = (
        f"{DEALS},Associated Company,Associated Company IDs,Associated Company IDs (Primary)\n"
        "11,Talks,2026-01-05,,false,false,Bolt;Acme,2;1,1\n"
        "12,Talks,2026-01-05,,false,false,Bolt;Acme, 2 ; 1,\n"
        "13,Talks,2026-01-05,,false,false,,,\n"
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(connection, "select opportunity_id, customer_id from opportunities order by 1") == [
        ("11", "1"),
        ("12", "2"),
        ("13", None),
    ]


@pytest.mark.parametrize("mark", ['""', "'"])
def test_quirk_25_stage_dates_are_columns_in_either_quote_style(tmp_path: Path, mark: str) -> None:
    deals = (
        f'{DEALS},"Date entered {mark}Offer (made) (Sales, EU){mark}",'
        f'"Date exited {mark}Offer (made) (Sales, EU){mark}",'
        f'"Date entered {mark}Won (Sales, EU){mark}","Cumulative time in {mark}Won (Sales, EU){mark}"\n'
        "11,Won,2026-01-05,2026-02-01,true,true,2026-01-07 10:30:00,2026-02-01,2026-02-01 09:00:00,5\n"
        "12,Offer,2026-01-05,,false,false,2026-01-08 08:00:00,,,\n"
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(
        connection, "select opportunity_id, stage, entered_at from opportunity_stages order by 1, 3"
    ) == [
        ("11", "Offer (made)", datetime(2026, 1, 7, 10, 30)),
        ("11", "Won", datetime(2026, 2, 1, 9)),
        ("12", "Offer (made)", datetime(2026, 1, 8, 8)),
    ]


def test_quirk_25_both_quote_styles_of_one_stage_are_one_column(tmp_path: Path) -> None:
    deals = (
        f'{DEALS},"Date entered ""Offer (Sales)""",Date entered \'Offer (Sales)\'\n'
        "11,Offer,2026-01-05,,false,false,2026-01-07,2026-01-07\n"
        "12,Offer,2026-01-05,,false,false,,2026-01-08\n"
        "13,Offer,2026-01-05,,false,false,2026-01-09,\n"
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(
        connection, "select opportunity_id, day(entered_at) from opportunity_stages order by 1"
    ) == [
        ("11", 7),
        ("12", 8),
        ("13", 9),
    ]
    books = (
        "select table_name, rows_in, is_derived from load_files where file = 'deals.csv' order by 1"
    )
    assert rows(connection, books) == [
        ("opportunities", 3, False),
        ("opportunity_stages", 3, True),
    ]


def test_quirk_25_stage_dates_by_internal_name(tmp_path: Path) -> None:
    deals = (
        "hs_object_id,dealstage,createdate,closedate,hs_is_closed,hs_is_closed_won,"
        "hs_v2_date_entered_contractsent,hs_v2_date_entered_current_stage,hs_date_entered_7970058\n"
        "11,contractsent,2026-01-05,,false,false,2026-01-07T10:00:00Z,2026-01-07T10:00:00Z,2026-01-06T10:00:00Z\n"
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(connection, "select stage, day(entered_at) from opportunity_stages order by 2") == [
        ("7970058", 6),
        ("contractsent", 7),
    ]


def test_quirk_26_two_properties_of_one_label(tmp_path: Path) -> None:
    """The first of them is read; nothing is lost and nothing is refused."""
    companies = (
        "Target Account,Record ID,Company name,Industry,Target Account,Industry\n"
        "yes,1,Acme,Energy,no,Wind\n,2,Bolt,,,Water\n"
    )
    connection = load(write(tmp_path / "export", companies=companies))
    assert rows(connection, "select customer_id, industry from customers order by 1") == [
        ("1", "Energy"),
        ("2", None),
    ]


def test_quirk_27_954_columns_with_awkward_labels(tmp_path: Path) -> None:
    awkward = [
        "Company <-> Deal",
        "Is it 100 % sure?",
        "Last Shipped Unit From Plan (#) ",
        " Amount",
        "Deal Stage?",
    ]
    others = awkward + [f"Property {number} (%)" for number in range(954 - 6 - len(awkward))]
    header = ",".join([*others[:500], DEALS.replace("Create Date", "Create Date "), *others[500:]])
    cells = ",".join(
        ["7"] * 500
        + ["11", "Won", "2026-01-05", "2026-02-01", "true", "true"]
        + ["7"] * (len(others) - 500)
    )
    assert header.count(",") == cells.count(",") == 953
    connection = load(write(tmp_path / "export", deals=f"{header}\n{cells}\n"))
    assert rows(
        connection, "select stage, created_on, closed_on, amount, is_won from opportunities"
    ) == [("Won", date(2026, 1, 5), date(2026, 2, 1), 7, True)]


def test_quirk_28_several_ids_in_one_cell(tmp_path: Path) -> None:
    companies = (
        "Record ID,Company name,Merged Company IDs\n1,Acme,76340251;46897301;76226001\n2,Bolt,\n"
    )
    tickets = (
        "Ticket ID,Ticket name,Ticket status,Create date,Category,Associated Company IDs,Associated Contact IDs\n"
        "21,Slow,Open,2026-03-01,PRODUCT_ISSUE;BILLING_ISSUE,46897301;2,5;6\n"
    )
    connection = load(write(tmp_path / "export", companies=companies, tickets=tickets))
    assert rows(connection, "select customer_id, contact_id, kind from cases") == [
        ("1", "5", "incident")
    ]


def test_quirk_28_hours_without_a_zero_and_moments_that_name_utc(tmp_path: Path) -> None:
    tickets = (
        "Ticket ID,Ticket name,Ticket status,Create date,Close date\n"
        "21,A,Closed,2020-12-30 3:15:52,2020-12-31 10:15:52.123 UTC\n"
        "22,B,Closed,2020-12-30 13:15:52,2021-01-02 03:00:00 UTC\n"
    )
    connection = load(write(tmp_path / "export", tickets=tickets))
    assert rows(
        connection, "select opened_at, date_trunc('second', closed_at) from cases order by case_id"
    ) == [
        (datetime(2020, 12, 30, 3, 15, 52), datetime(2020, 12, 31, 10, 15, 52)),
        (datetime(2020, 12, 30, 13, 15, 52), datetime(2021, 1, 2, 3)),
    ]


@pytest.mark.parametrize("stage", ["Closed won", "closedwon", "7970058", "Verloren"])
def test_quirk_29_the_properties_decide_and_never_the_name_of_a_stage(
    tmp_path: Path, stage: str
) -> None:
    deals = f"{DEALS}\n11,{stage},2026-01-05,2026-02-01,true,false\n12,{stage},2026-01-05,2026-02-01,true,true\n"
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(
        connection,
        "select stage, is_closed, is_won, closed_on from opportunities order by opportunity_id",
    ) == [
        (stage, True, False, date(2026, 2, 1)),
        (stage, True, True, date(2026, 2, 1)),
    ]


def test_quirk_29_without_the_properties_only_internal_names_of_the_default_pipeline(
    tmp_path: Path,
) -> None:
    deals = (
        "hs_object_id,dealstage,createdate,closedate\n"
        "11,closedwon,2026-01-05,2026-02-01\n"
        "12,closedlost,2026-01-05,2026-02-01\n"
        "13,contractsent,2026-01-05,2026-12-01\n"
        "14,Closed won,2026-01-05,2026-02-01\n"
        "15,7970058,2026-01-05,2026-02-01\n"
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(
        connection, "select is_closed, is_won, closed_on from opportunities order by opportunity_id"
    ) == [
        (True, True, date(2026, 2, 1)),
        (True, False, date(2026, 2, 1)),
        (False, False, None),
    ]
    assert rows(connection, "select line, reason from rejected_rows order by line") == [
        (5, 'is_closed is no boolean: "not in the export: add the property Is Deal Closed?"'),
        (6, 'is_closed is no boolean: "not in the export: add the property Is Deal Closed?"'),
    ]


def test_quirk_29_a_stage_with_its_pipeline_is_the_stage(tmp_path: Path) -> None:
    deals = f"{DEALS},Pipeline\n11,Offer (Sales),2026-01-05,,false,false,Sales\n"
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(connection, "select stage from opportunities") == [("Offer",)]


def test_deals_without_any_won_property_are_won_by_none(tmp_path: Path) -> None:
    """`Is closed lost` alone says of a closed deal whether it was won."""
    deals = (
        "Record ID,Deal Stage,Create Date,Close Date,Is closed lost,Is Deal Closed?\n"
        "11,X,2026-01-05,2026-02-01,true,true\n12,X,2026-01-05,2026-02-01,false,false\n"
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(
        connection, "select is_closed, is_won from opportunities order by opportunity_id"
    ) == [
        (True, False),
        (False, False),
    ]


def test_the_kinds_of_deals(tmp_path: Path) -> None:
    words = [
        "newbusiness",
        "New Business",
        "existingbusiness",
        "Existing Business",
        "Renewal",
        "",
        "Barter",
    ]
    deals = f"{DEALS},Deal Type\n" + "".join(
        f"{number},Talks,2026-01-05,,false,false,{word}\n" for number, word in enumerate(words)
    )
    connection = load(write(tmp_path / "export", deals=deals))
    assert [kind for (kind,) in rows(connection, "select kind from opportunities order by opportunity_id")] == [
        "new", "new", "expansion", "expansion", "renewal", None, None,
    ]  # fmt: skip


def test_amounts_with_the_sign_of_a_currency(tmp_path: Path) -> None:
    deals = (
        f"{DEALS},Amount,Amount in company currency,Currency\n"
        '11,Won,2026-01-05,2026-02-01,true,true,"$21,000.50","€19,000.00",USD\n'
        '12,Won,2026-01-05,2026-02-01,true,true,"$1,000.00","€900.00",\n'
    )
    rates = "currency,fiscal_year,rate\nUSD,2026,0.5\nEUR,2026,1\n"
    connection = load(write(tmp_path / "export", deals=deals, exchange_rates=rates))
    assert rows(
        connection, "select amount, amount_original from opportunities order by opportunity_id"
    ) == [
        (10500.25, 21000.5),
        (900, 900),
    ]


def test_conversations_of_every_kind(tmp_path: Path) -> None:
    activity = "Record ID,Activity date,Associated Company IDs"
    connection = load(
        write(
            tmp_path / "export",
            calls=(
                f"{activity},Call Title,Call notes,Call direction,Theme\n"
                "1,2026-03-01,1,Hi,Long,INBOUND,Cancel_Threat\n"
            ),
            emails=f"{activity},Email subject,Email direction\n2,2026-03-02,1,Re: price,INCOMING_EMAIL\n",
            meetings="hs_object_id,hs_meeting_title,hs_meeting_start_time,hs_timestamp\n3,Review,2026-03-03T10:00:00Z,\n",
            notes=f"{activity},Note body\n4,2026-03-04,2,Budget is planned\n",
            tasks=f"{activity},Task Title,Task Type\n5,2026-03-05,2,Call back,CALL\n6,2026-03-06,2,Think,TODO\n",
        )
    )
    query = "select activity_id, customer_id, occurred_on, kind, direction, note, theme from activities order by 1"
    assert rows(connection, query) == [
        ("1", "1", date(2026, 3, 1), "call", "inbound", "Long", "cancel_threat"),
        ("2", "1", date(2026, 3, 2), "email", "inbound", "Re: price", None),
        ("3", None, date(2026, 3, 3), "meeting", None, "Review", None),
        ("4", "2", date(2026, 3, 4), "event", None, "Budget is planned", None),
        ("5", "2", date(2026, 3, 5), "call", None, "Call back", None),
        ("6", "2", date(2026, 3, 6), "event", None, "Think", None),
    ]


def test_fivetrans_engagements_find_their_company_in_a_file_of_its_own(tmp_path: Path) -> None:
    connection = load(
        write(
            tmp_path / "export",
            companies="id,is_deleted,property_name,property_createdate\n1,false,Acme,2026-01-01\n2,true,Bolt,2026-01-01\n",
            engagement_call="engagement_id,property_hs_timestamp,type\n51,2026-03-01 20:50:44.778000,CALL\n",
            engagement_task=(
                "engagement_id,_fivetran_deleted,property_hs_task_type,property_hs_timestamp,type,task_type\n"
                "52,false,TODO,2026-03-02 02:30:00,TASK,\n53,true,,2026-03-02 02:30:00,,TODO\n"
            ),
            engagement_meeting="engagement_id,start_time,meeting_outcome,title\n54,2026-03-03 14:30:00,,Review\n",
            engagement_company="company_id,engagement_id,engagement_type\n1,51,CALL\n1,54,MEETING\n",
            engagement_contact="contact_id,engagement_id,engagement_type\n501,51,CALL\n",
        )
    )
    query = "select activity_id, customer_id, contact_id, kind from activities order by 1"
    assert rows(connection, query) == [
        ("51", "1", "501", "call"),
        ("52", None, None, "event"),
        ("54", "1", None, "meeting"),
    ]
    assert rows(connection, "select customer_id from customers") == [("1",)]
    aside = "select file, set_aside from load_files where set_aside > 0 order by 1"
    assert rows(connection, aside) == [("engagement_company.csv", 2), ("engagement_contact.csv", 1)]


def test_answers_to_surveys(tmp_path: Path) -> None:
    feedback = (
        "Record ID,Survey Type,Rating,Date,Response,Associated Contact IDs,Associated Company IDs\n"
        "1,NPS,9,2026-03-01,Fine,5,\n2,Net Promoter Score,3,2026-03-01,Slow,,2\n3,CES,7,2026-03-01,,,2\n"
        "4,CUSTOM,1,2026-03-01,,,2\n5,CSAT,{csat},2026-03-01,,,2\n"
    )
    contacts = "Record ID,First Name,Last Name,Primary Associated Company ID\n5,Ada,Byron,1\n"
    query = "select response_id, customer_id, instrument, score from survey_responses order by 1"
    answers = [("1", "1", "nps", 9), ("2", "2", "nps", 3), ("3", "2", "ces", 7)]
    known = load(write(tmp_path / "a", feedback=feedback.format(csat=4), contacts=contacts))
    assert rows(known, query) == [*answers, ("5", "2", "csat", 4)]
    # From 0 to 2: a 2 is the best there, and would be nearly the worst of 1 to 5.
    older = load(write(tmp_path / "b", feedback=feedback.format(csat=2), contacts=contacts))
    assert rows(older, query) == answers
    assert rows(
        older, "select set_aside from load_files where table_name = 'survey_responses'"
    ) == [(2,)]


def test_zohos_record_id_is_not_hubspots(tmp_path: Path) -> None:
    """`Record Id` differs from `Record ID` by a letter's case alone; the other headers tell the two apart."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Deals.csv").write_text(
        "Record Id,Deal Name,Stage,Amount,Closing Date\nzcrm_1,A,Won,5,2026-01-05\n"
    )
    with pytest.raises(StandingError, match="is not a HubSpot export"):
        load(folder)


def test_an_export_without_companies_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "deals.csv").write_text(
        f"{DEALS}\n11,Talks,2026-01-05,,false,false\n", encoding="utf-8"
    )
    with pytest.raises(
        StandingError, match='a file with the columns "Record ID" and "Company name", which'
    ):
        load(folder)


def test_contacts_and_answers_are_not_taken_for_companies(tmp_path: Path) -> None:
    """A contact has a `Company Name`, and an answer the name of who gave it."""
    connection = load(
        write(
            tmp_path / "export",
            a="Record ID,First Name,Last Name,Company Name,Associated Company IDs\n5,Ada,Byron,Acme,1\n",
            b="Record ID,Email,Contact owner,Company Name,Associated Company IDs\n6,c@d.example,Ben,Bolt,2\n",
            c="Record ID,First Name,Last Name,Survey Type,Rating,Date,Response\n7,Ada,Byron,NPS,9,2026-03-01,Fine\n",
        )
    )
    assert rows(connection, "select contact_id, customer_id from contacts order by 1") == [
        ("5", "1"),
        ("6", "2"),
    ]
    assert rows(connection, "select response_id from survey_responses") == [("7",)]
    assert rows(connection, "select count(*) from customers") == [(2,)]
