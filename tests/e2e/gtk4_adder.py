"""A small GTK 4 program for the tests: it adds what is typed as `A+B` when Enter is pressed.

    python gtk4_adder.py SECONDS

Its window is there for so many seconds before anything is painted in it, as GTK 4's are by OpenGL on a slow computer.
"""

import sys
import time
from ctypes import CDLL, CFUNCTYPE, c_char_p, c_int, c_void_p

GTK = CDLL("libgtk-4.so.1")
HANDLER = CFUNCTYPE(None, c_void_p, c_void_p)


def gtk(name: str, *arguments: object, returns: type | None = c_void_p) -> object:
    """Call a function of GTK's; text and numbers are handed over as C has them."""
    function = getattr(GTK, name)
    function.restype = returns
    return function(*(value.encode() if isinstance(value, str) else value for value in arguments))


def main(seconds: float) -> None:
    """Show the window until it is closed."""
    gtk("gtk_init", returns=None)
    window, entry, answer = gtk("gtk_window_new"), gtk("gtk_entry_new"), gtk("gtk_label_new", "Nothing added yet")
    around = gtk("gtk_box_new", 1, 20)

    @HANDLER
    def add(*_: object) -> None:
        typed = gtk("gtk_editable_get_text", c_void_p(entry), returns=c_char_p).decode()
        total = sum(map(int, typed.split("+")))
        gtk("gtk_label_set_text", c_void_p(answer), f"Together {total}", returns=None)

    gtk("g_signal_connect_data", c_void_p(entry), "activate", add, None, None, c_int(0), returns=None)
    for child in (entry, answer):
        gtk("gtk_box_append", c_void_p(around), c_void_p(child), returns=None)
    gtk("gtk_window_set_child", c_void_p(window), c_void_p(around), returns=None)
    gtk("gtk_window_present", c_void_p(window), returns=None)
    time.sleep(seconds)
    while True:
        gtk("g_main_context_iteration", None, 1, returns=c_int)


if __name__ == "__main__":
    main(float(sys.argv[1]))
