/*
severity = "error"
description = "Rows in = accepted + rejected + deleted + set aside, for every file."
advice = "This is a defect of the loader: please report it with the file's header line."
*/
select file, rows_in, accepted, rejected, deleted, set_aside
from load_files
where rows_in is distinct from accepted + rejected + deleted + set_aside
