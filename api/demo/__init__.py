"""The demo city: a fictional city's assets over the last years, told through real commands."""
