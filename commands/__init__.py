"""The commands of the command line, one a file: `add` says its options, `run` answers."""
