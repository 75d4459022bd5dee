/*
severity = "warning"
rank = 6
description = "Of no file is more than 1 % of the rows rejected."
advice = "Data health lists every rejected row with reason, file and line: mend them in the CRM, or the mapping, and build."
*/
select
    format(
        '{:,} of {:,} rows of {} are rejected ({:.1f} %)',
        rejected, rows_in, file, 100.0 * rejected / rows_in
    ) as remark
from load_files
where rejected > 0.01 * rows_in
order by cast(rejected as double) / rows_in desc, file asc
