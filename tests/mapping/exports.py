"""Small exports of systems that nobody here knows, in several styles."""

from pathlib import Path

GERMAN = {
    "Kunden": (
        "Kundennummer;Firma;Branche;Kunde seit;Land;Klasse\r\n"
        'K1;"Müller; Söhne";Handel;05.01.2024;DE;Groß\r\n'
        "K2;Weiß AG;Energie;17.02.2024;AT;Klein\r\n"
        "K3;Kurz KG;;03.03.2024;DE;Klein\r\n"
    ),
    "Verträge": (
        "Vertragsnummer;Kundennummer;Vertragsbeginn;Vertragsende;Monatsbetrag (EUR);Paket\r\n"
        "V1;K1;05.01.2024;05.01.2025;1.250,50;Plus\r\n"
        "V2;K1;05.01.2025;;1.400,00;Plus\r\n"
        "V3;K2;17.02.2024;17.08.2024;99,90;Basis\r\n"
        "V4;K3;31.03.2024;;250,00;Basis\r\n"
    ),
    "Vorgänge": (
        "Vorgang;Kundennummer;Eingang;Erledigt;Art;Bewertung 1-5;Eskaliert\r\n"
        "T1;K1;04.05.2024 09:00;28.05.2024 17:00;Beschwerde;1;ja\r\n"
        "T2;K2;13.05.2024 09:00;;Frage;4;nein\r\n"
        "T3;;20.06.2025 10:30;21.06.2025 10:30;Störung;;nein\r\n"
    ),
}

AMERICAN = {
    "accounts": (
        "Account ID,Account Name,Industry,Country,Created Date\n"
        "1,Acme,Retail,US,02/24/2024\n2,Bolt,Energy,US,03/30/2024\n"
    ),
    "subscriptions": (
        "Subscription ID,Account ID,Start Date,End Date,Annual Amount,Is Trial\n"
        'S1,1,02/24/2024,02/23/2025,"$12,000.00",FALSE\nS2,1,02/24/2025,,"$15,000.00",FALSE\n'
        'S3,2,03/30/2024,,"$1,200.00",TRUE\n'
    ),
    "tickets": (
        "Ticket ID,Account ID,Created At,Closed At,Type,Priority\n"
        "T1,1,05/14/2024,05/15/2024,complaint,High\nT2,2,06/20/2025,,Question,Low\n"
    ),
}

ZOHO = {
    "Accounts": (
        "Record Id,Account Owner.id,Account Owner,Account Name,Industry,Billing Country,Created Time,Modified Time\n"
        "zcrm_1,zcrm_9,Ann,Acme,Retail,PL,2024-01-05 08:00:00,2024-09-01 08:00:00\n"
        "zcrm_2,zcrm_9,Ann,Bolt,Energy,PL,2024-02-05 08:00:00,2024-09-01 08:00:00\n"
        "zcrm_3,zcrm_9,Ann,Cord,Energy,PL,2024-03-05 08:00:00,2024-09-01 08:00:00\n"
    ),
    "Deals": (
        "Deal Id,Deal Owner.id,Deal Owner,Deal Name,Principal Name.id,Principal Name,Stage,Amount,Closing Date,"
        "Created Time,Modified Time\n"
        'zcrm_11,zcrm_9,Ann,One,1,Acme,Closed Won,"$ 1,000",2024-03-01,2024-01-06 09:00:00,2024-03-01 09:00:00\n'
        "zcrm_12,zcrm_9,Ann,Two,2,Bolt,Closed Lost,500,2024-04-01,2024-02-06 09:00:00,2024-04-01 09:00:00\n"
        "zcrm_13,zcrm_9,Ann,Three,3,Cord,Negotiation,700,2024-12-01,2024-05-06 09:00:00,2024-05-07 09:00:00\n"
    ),
    "Deals__2024_09_09": (
        "Deal Id,Stage,Stage Duration (Calendar Days),Moved To,Probability (%),Amount,Expected Revenue,Closing Date,"
        "Modified By,Modified Time\n"
        "zcrm_11,Qualification,20,Closed Won,100,1000,1000,2024-03-01,Ann,2024-03-01 09:00:00\n"
        "zcrm_12,Qualification,30,Closed Lost,0,500,0,2024-04-01,Ann,2024-04-01 09:00:00\n"
    ),
    "Calls": (
        "Record Id,Call Type,Call Purpose,Call Start Time,Call Duration (in seconds),Call Result,Related To.id,"
        "Call Owner.id\n"
        "zcrm_21,Outbound,Demo,2024-02-01 10:00:00,120,Done,zcrm_1,zcrm_9\n"
        "zcrm_22,Inbound,Info,2024-02-02 10:00:00,60,Done,zcrm_2,zcrm_9\n"
        "zcrm_23,Inbound,Info,2024-02-03 10:00:00,60,Done,zcrm_3,zcrm_9\n"
    ),
}

GUIDS = [f"0000000{number}-aaaa-bbbb-cccc-00000000000{number}" for number in range(8)]
DYNAMICS = {
    "Accounts": [
        ["(Do Not Modify) Account", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", " Account Name",
         "Industry", "Created On", "Primary Contact (Primary Contact) (Contact)"],
        [GUIDS[1], "x==", 45413.5, "Acme", "Retail", 45292.25, "Ann"],
        [GUIDS[2], "y==", 45414.5, "Bolt", "Energy", 45293.25, "Bob"],
    ],
    "Opportunities": [
        ["(Do Not Modify) Opportunity", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Topic",
         "Account", "Account Name (Account Name) (Account)", "Est. close date", "Est. revenue", "Probability",
         "Sales Stage", "Status", "Status Reason", "Created On"],
        [GUIDS[3], "a==", 45415.5, "One", "Acme", "Acme", 45400, 1000, "60% likely", "Close", "Won", "Won", 45300],
        [GUIDS[4], "b==", 45416.5, "Two", "Bolt", "Bolt", 45401, 500, "0.2", "Develop", "Lost", "Error/duplicate",
         45301],
        [GUIDS[5], "c==", 45417.5, "Three", "Bolt", "Bolt", 45402, 700, "20", "Develop", "Lost", "Price", 45302],
        [GUIDS[6], "d==", 45418.5, "Four", "Acme", "Acme", 45403, 900, "40", "Qualify", "Open", "In Progress", 45303],
    ],
}  # fmt: skip


def write(folder: Path, files: dict[str, str], encoding: str = "utf-8") -> Path:
    """Write texts as CSV files."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def to_csv(rows: list[list[object]]) -> str:
    """Rows as Excel saves them, their days as the numbers by which it counts."""
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
