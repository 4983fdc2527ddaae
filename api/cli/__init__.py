"""The command line `taizhang`: the same commands, questions and rules as the pages."""

from api.cli.main import main as main
