"""``python -m loadstone_build``: the command line behind build.sh."""

import sys

from loadstone_build.command_line import main

sys.exit(main())
