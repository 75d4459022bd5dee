/*
severity = "error"
description = "No file ends in the middle of a row."
advice = "The rest of the file is missing, and every number would be too low: export it again, then build."
*/
select message as remark
from load_notes
where severity = 'error'
