/*
severity = "warning"
rank = 4
description = "Every customer of the load before is in this one."
advice = "A customer that is missing from a full export is in no number and counts as if never there: see whether the export left it out; where it holds only what changed, build it with --delta."
untested = """
select 'there is no load before the newest full one' where not exists (
    from loads where (known_at, load_id) < (select max((known_at, load_id)) from loads where not is_delta)
)
"""
*/
select split_part(message, ': ', 1) as remark
from load_notes
where severity = 'warning' and table_name = 'customers' and column_name = 'customer_id'
