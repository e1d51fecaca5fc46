"""Words that say that something can't be undone, costs something or reaches other people: refused without permission."""

import re
from collections.abc import Iterable

_CLICKED = (
    "delete", "remove", "erase", "wipe", "destroy", "discard", "drop", "format", "uninstall", "deactivate", "revoke",
    "reset", "pay", "buy", "purchase", "order", "checkout", "check out", "subscribe", "unsubscribe", "donate", "transfer",
    "send", "publish", "deploy", "submit payment", "place order", "cancel subscription", "close account",
    "löschen", "entfernen", "bezahlen", "zahlen", "kaufen", "bestellen", "senden", "absenden", "kündigen",
    "supprimer", "effacer", "payer", "acheter", "commander", "envoyer", "eliminar", "borrar", "pagar", "comprar", "enviar",
)  # fmt: skip
"""As buttons and links say it; also with -s, -ed and the like behind."""

_RUN: tuple[tuple[str, str], ...] = (
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
"""What a command line does, by the word that allows it."""


def forbidden_click(said: str, never: Iterable[str], allow: Iterable[str]) -> str:
    """The word in what a thing is called for which it may not be clicked ("" where it may)."""
    given = {word.casefold() for word in allow}
    banned = next((word for word in never if _says(said, word)), "")
    return banned or next((word for word in _CLICKED if word not in given and _says(said, word)), "")


def forbidden_command(line: str, never: Iterable[str], allow: Iterable[str]) -> str:
    """The word for which a command line may not be run ("" where it may)."""
    given = [word.casefold() for word in allow]
    banned = next((word for word in never if word.casefold() in line.casefold()), "")
    found = (name for name, pattern in _RUN if re.search(pattern, f"{line} ", re.IGNORECASE))
    return banned or next((name for name in found if not any(name in word.split() or word == name for word in given)), "")


def _says(said: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?:s|d|ed|es|ing)?(?!\w)", said.casefold()) is not None
