"""``python -m loadstone_build.commands``: the command ``loadstone`` in a clone, where it is not installed."""

from loadstone_build.commands import main

main()
