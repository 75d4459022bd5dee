"""The sales velocity page, a part a file. Always by week."""
