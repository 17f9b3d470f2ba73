"""`python -m marketwatch`."""

import sys

from marketwatch.cli import main

if __name__ == "__main__":
    sys.exit(main())
