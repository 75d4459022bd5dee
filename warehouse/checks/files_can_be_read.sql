/*
severity = "warning"
rank = 1
description = "Every file of the export can be read."
advice = "What the file holds is in no number: export it again as CSV (UTF-8), or take it out of the folder, and build."
*/
select concat(load_files.file, ' is in no number: ', load_files.note) as remark
from load_files
inner join load_notes on load_files.file = load_notes.file and load_files.note = load_notes.message
where load_notes.severity = 'warning'
order by load_files.file
