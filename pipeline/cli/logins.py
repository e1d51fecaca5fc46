"""The command that lets a person log in once for the captures of their films."""

from argparse import Namespace

from .screen import say


def login(options: Namespace) -> int:
    """Opens a browser window to log in; keeps what it remembers under a name."""
    from ..capture.browser.logins import log_in

    say(f"Log in, then close the window. Captures with \"login: {options.name}\" will start from there.")
    file = log_in(options.name, options.address, options.browser)
    say(f"Kept in {file}; only you can read it, and it is part of no episode.")
    return 0
