"""Bad files at scale: bytes through the reader, and small exports through a whole build. `make fuzz`."""
