/*
severity = "warning"
rank = 3
description = "No table that moves every week is silent for longer than ever in the year before."
advice = "The numbers that need it may be too low: see whether the export of that table was complete, and build again."
*/
select
    format(
        'nothing new in {} since {} ({} days; the longest gap of the year before was {})',
        replace(table_name, '_', ' '), strftime(newest_on, '%-d %b %Y'), age_days, longest_gap_days
    ) as remark
from table_freshness
where is_stale
order by age_days desc, table_name asc
