"""Names of actions that can't be undone, cost something or reach other people. They are refused without permission."""

import re
from collections.abc import Iterable

_FORBIDDEN_LABELS = (
    "delete", "remove", "erase", "wipe", "destroy", "discard", "drop", "format", "uninstall", "deactivate", "revoke",
    "reset", "pay", "buy", "purchase", "order", "checkout", "check out", "subscribe", "unsubscribe", "donate", "transfer",
    "send", "publish", "deploy", "submit payment", "place order", "cancel subscription", "close account",
    "löschen", "entfernen", "bezahlen", "zahlen", "kaufen", "bestellen", "senden", "absenden", "kündigen",
    "supprimer", "effacer", "payer", "acheter", "commander", "envoyer", "eliminar", "borrar", "pagar", "comprar", "enviar",
)  # fmt: skip
"""Words on buttons and links; also with -s, -ed and the like."""

_FORBIDDEN_COMMANDS: tuple[tuple[str, str], ...] = (
    ("rm", r"(?:^|[;&|(`$\s/])(?:rm|rmdir|unlink|shred)\s"),
    ("delete", r"\s--?delete\b|\bdrop\s+(?:table|database)\b|\bdelete\s+from\b"),
    ("sudo", r"\b(?:sudo|su|doas|pkexec)\b"),
    ("dd", r"\bdd\s+\S*=|\bmkfs|\bfdisk\b|\bparted\b|>\s*/dev/(?!null|stdout|stderr|tty)"),
    ("kill", r"\b(?:kill|killall|pkill|shutdown|reboot|halt|poweroff|systemctl)\b"),
    ("reset", r"\bgit\s+(?:reset\s+--hard|clean\s+-\w*f|checkout\s+--\s|branch\s+-D)|\btruncate\b"),
    ("push", r"\bgit\s+push\b|\b(?:npm|yarn|pnpm|cargo|uv|poetry|twine|gem)\s+(?:publish|upload|push)\b|\bdocker\s+push\b"),
    ("send", r"\b(?:mail|sendmail|mutt|ssh|scp|sftp|rsync|nc|ncat|telnet)\s"
     r"|\bcurl\b.*\s(?:-d|-F|-T|-X|--data\S*|--form|--upload-file|--request)\b"),
    ("pipe to a shell", r"\|\s*(?:\S*/)?(?:ba|z|da|fi)?sh\b|\beval\b|\bbase64\s+-d"),
    ("chmod", r"\bch(?:mod|own)\s+(?:-\w*R|\S+\s+/)"), ("crontab", r"\bcrontab\b|\bat\s+now\b"),
    ("overwrite", r"(?<![0-9&])>\s*(?:~|/(?!dev/(?:null|stdout|stderr|tty)))"),
)  # fmt: skip
"""Patterns of command lines, each with the word that allows them."""


def forbidden_click(text: str, never: Iterable[str], allow: Iterable[str]) -> str:
    """Return the word in a thing's name for which it may not be clicked ("" if it may)."""
    given = {word.casefold() for word in allow}
    banned = next((word for word in never if _contains_word(text, word)), "")
    return banned or next((word for word in _FORBIDDEN_LABELS if word not in given and _contains_word(text, word)), "")


def forbidden_command(line: str, never: Iterable[str], allow: Iterable[str]) -> str:
    """Return the word for which a command line may not be run ("" if it may)."""
    given = [word.casefold() for word in allow]
    banned = next((word for word in never if word.casefold() in line.casefold()), "")
    found = (name for name, pattern in _FORBIDDEN_COMMANDS if re.search(pattern, f"{line} ", re.IGNORECASE))
    return banned or next(
        (name for name in found if not any(name in word.split() or word == name for word in given)), ""
    )


def _contains_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?:s|d|ed|es|ing)?(?!\w)", text.casefold()) is not None
