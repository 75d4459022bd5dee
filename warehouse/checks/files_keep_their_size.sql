/*
severity = "warning"
rank = 2
description = "No file has 15 % fewer rows than in the load before."
advice = "CRM data grows: a filter, a permission or an export that was cut short is likely. See that the file is whole, and build again."
untested = "select 'there is no load before to compare with, or the newest holds only what changed' where not exists (from file_changes)"
*/
select
    format(
        '{} has {:,} rows, {:.0f} % fewer than the {:,} of {}',
        file, rows_now, 100.0 * (rows_before - rows_now) / rows_before, rows_before, strftime(known_at, '%-d %b %Y')
    ) as remark
from file_changes
where rows_now > 0 and rows_now <= 0.85 * rows_before
order by cast(rows_now as double) / rows_before, file
