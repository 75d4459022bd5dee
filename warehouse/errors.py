"""What can go wrong for the person who runs a build, as one plain sentence."""


class StandingError(Exception):
    """Wrong use or unusable input; the message says what to do (exit status 2)."""


class NoAsOfError(StandingError):
    """Nothing in the export says up to which day it is complete, and nobody gave one."""


class CheckFailed(StandingError):
    """The data breaks a promise, so nothing is published (exit status 1)."""
