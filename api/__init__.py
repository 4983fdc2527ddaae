"""The outer shell: HTTP, pages, sign-in, imports, exports and the command line."""
