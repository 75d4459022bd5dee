/*
severity = "error"
description = "Every file that had rows in the load before has rows in this one."
advice = "Export it again; if it is meant to be gone, write its name into retired_files in settings.toml and build."
untested = "select 'there is no load before to compare with, or the newest holds only what changed' where not exists (from file_changes)"
*/
select
    format(
        '{} had {:,} {} in the load of {} and has none now',
        file, rows_before, if(rows_before = 1, 'row', 'rows'), strftime(known_at, '%-d %b %Y')
    ) as remark
from file_changes
where rows_before > 0 and rows_now = 0 and not is_retired
order by rows_before desc, file asc
