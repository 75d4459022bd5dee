"""The sales velocity page, a part a file. Always by week; `parts` chooses what stands below."""
