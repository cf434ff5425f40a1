"""What the build raises.

BuildError
└── SourceError      one source could not give a file; the next one is tried
"""


class BuildError(Exception):
    """The build cannot go on; the message is one line that names the value and the next step."""


class SourceError(BuildError):
    """One source of a wheel failed; the message says why, without the source's name."""
