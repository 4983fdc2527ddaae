"""`python -m api.cli` is the same as the installed command `taizhang`."""

from api.cli.main import main

main()
