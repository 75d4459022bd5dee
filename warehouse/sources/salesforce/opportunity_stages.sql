/* One row per row of the history. A change of amount, date or probability is written with the same stage on both sides
and is no move; a row without a former stage is the entry into the first. */
select
    nullif("OpportunityId", '000000000000000AAA') as opportunity_id,
    "StageName" as stage,
    "CreatedDate" as entered_at,
    "Amount" as amount,
    nullif("CurrencyIsoCode", '000') as currency,
    "IsDeleted" as is_deleted,
    case when "FromOpportunityStageName" = "StageName" then 'not a stage move' end as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "SystemModstamp") as modified_at
from raw_opportunity_history
