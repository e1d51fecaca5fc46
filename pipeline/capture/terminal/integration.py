"""How each shell is started: clean of the person's own settings, and telling, unseen, where its prompt and commands are.

The marks are those of FinalTerm and its heirs (OSC 133): D;STATUS before a prompt, A at its start, B at its end, C
when a command begins.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...base.errors import LecternError

_INSTALL = {
    "bash": "sudo apt install bash, brew install bash",
    "zsh": "sudo apt install zsh, brew install zsh",
    "fish": "sudo apt install fish, brew install fish",
    "pwsh": "https://learn.microsoft.com/powershell/scripting/install",
}
FOLDER = "{folder}"
"""What a prompt of the author's own says for the folder it is in."""


@dataclass(frozen=True)
class ShellStart:
    """The command line of a shell, and the environment variables that go with it."""

    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


def shell_start(shell: str, prompt: str, rc: Path, seen: Path | None = None) -> ShellStart:
    """Write what sets `shell` up into the folder `rc`, and return how to start it.

    `prompt` is the author's (empty: Lectern's); `seen` is where the shell finds `rc`. Raises LecternError where the shell is missing.
    """
    if shutil.which(shell) is None:
        raise LecternError(
            f"this capture has shell: {shell}, and {shell} was not found; install it ({_INSTALL[shell]})"
        )
    file, text, start = _SHELLS[shell]
    (rc / file).write_text(text(prompt), encoding="utf-8")
    return start(seen or rc)


def _bash(prompt: str) -> str:
    own = prompt and _coloured(_escaped_bash(prompt), r"\W", r"\[\e[1;33m\]", r"\[\e[1;34m\]", r"\[\e[0m\]")
    shown = own or r"\[\e[1;34m\]\W\[\e[0m\] \[\e[1;33m\]❯\[\e[0m\] "
    return f"""\
lectern_before() {{
  local status=$?
  printf '\\e]133;D;%s\\a' "$status"
  printf '%*s\\r\\e[K' "$COLUMNS" ''  # a row of spaces wraps unless the cursor is in the first column
}}
PROMPT_COMMAND=lectern_before
PS0='\\e]133;C\\a'
PS1='\\[\\e]133;A\\a\\]{shown}\\[\\e]133;B\\a\\]'
PS2='\\[\\e[1;33m\\]…\\[\\e[0m\\] '
unset HISTFILE
shopt -s checkwinsize
"""


def _zsh(prompt: str) -> str:
    own = prompt and _coloured(
        prompt.replace("\\", r"\\").replace("%", "%%"), "%1~", "%B%F{yellow}", "%B%F{blue}", "%f%b"
    )
    shown = (own or "%B%F{blue}%1~%f%b %B%F{yellow}❯%f%b ").replace("'", r"\'")
    return f"""\
lectern_before() {{ printf '\\e]133;D;%s\\a' "$?" }}
lectern_begins() {{ printf '\\e]133;C\\a' }}
precmd_functions=(lectern_before)
preexec_functions=(lectern_begins)
PROMPT_EOL_MARK=''
PROMPT=$'%{{\\e]133;A\\a%}}{shown}%{{\\e]133;B\\a%}}'
PROMPT2='%B%F{{yellow}}…%f%b '
unset HISTFILE ZDOTDIR
bindkey -e
setopt interactive_comments no_beep
"""


def _fish(prompt: str) -> str:
    shown = _fish_words(prompt or FOLDER + " ❯")
    return f"""\
set -g fish_greeting
set -g fish_autosuggestion_enabled 0
set -g fish_history ''
set -g fish_color_command green
set -g fish_color_error red
set -g fish_color_quote yellow
set -g fish_color_operator cyan
set -g fish_color_redirection cyan
set -g fish_color_comment brblack
function fish_title; end
function lectern_begins --on-event fish_preexec; printf '\\e]133;C\\a'; end
function fish_prompt
  printf '\\e]133;D;%s\\a\\e]133;A\\a' $status
  {shown}
  printf '\\e]133;B\\a'
end
"""


def _pwsh(prompt: str) -> str:
    own = prompt and "'" + _QUOTES.sub(r"\g<0>\g<0>", prompt).replace(FOLDER, "' + $folder + '") + "'"
    shown = own or r'"$e[1;34m$folder$e[0m $e[1;33m❯$e[0m "'
    return f"""\
function prompt {{
  $ended = if ($?) {{ 0 }} elseif ($global:LASTEXITCODE) {{ $global:LASTEXITCODE }} else {{ 1 }}
  $e = [char]27; $a = [char]7
  $folder = if ($PWD.Path -eq $HOME) {{ '~' }} else {{ Split-Path -Leaf $PWD.Path }}
  "$e]133;D;$ended$a$e]133;A$a" + {shown} + "$e]133;B$a"
}}
if (Get-Module PSReadLine) {{ Set-PSReadLineOption -HistorySaveStyle SaveNothing -PredictionSource None -BellStyle None }}
"""


_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""What ends a text in single quotes in PowerShell (its language specification, 2.3.5.2), unless it is written twice."""


def _escaped_bash(text: str) -> str:
    """Return `text` as a literal in PS1 in single quotes: escaped for the prompt's own escapes, then for its expansion of variables."""
    for char, literal in (("\\", r"\\\\"), ("$", r"\\$"), ("`", r"\\`"), ("'", "'\\''")):
        text = text.replace(char, literal)
    return text


def _coloured(text: str, folder: str, first: str, second: str, plain: str) -> str:
    """Return the author's prompt in the first colour, the folder in the second; always a space after it."""
    shown = text.rstrip(" ").replace(FOLDER, f"{plain}{second}{folder}{plain}{first}")
    return f"{first}{shown}{plain} "


def _fish_words(prompt: str) -> str:
    """Return commands of fish that write the prompt: the folder blue, all else yellow."""
    parts = prompt.rstrip(" ").split(FOLDER)
    prints = [f"set_color --bold yellow; printf '%s' {_fish_quoted(part)}; set_color normal" for part in parts]
    name = "set_color --bold blue; if test $PWD = $HOME; printf '~'; else; printf '%s' (basename $PWD); end; set_color normal"
    return f"; {name}; ".join(prints) + "; printf ' '"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_SHELLS: dict[str, tuple[str, Callable[[str], str], Callable[[Path], ShellStart]]] = {
    "bash": ("bashrc", _bash, lambda rc: ShellStart(("bash", "--noprofile", "--rcfile", str(rc / "bashrc"), "-i"))),
    "zsh": (".zshrc", _zsh, lambda rc: ShellStart(("zsh", "-d", "-i"), (("ZDOTDIR", str(rc)),))),
    "fish": (
        "set_up.fish",
        _fish,
        lambda rc: ShellStart(("fish", "--no-config", "--init-command", f"source {rc}/set_up.fish")),
    ),
    "pwsh": (
        "profile.ps1",
        _pwsh,
        lambda rc: ShellStart(
            ("pwsh", "-NoLogo", "-NoProfile", "-NoExit", "-File", str(rc / "profile.ps1")),
            (("POWERSHELL_TELEMETRY_OPTOUT", "1"), ("POWERSHELL_UPDATECHECK", "Off")),
        ),
    ),
}
"""The file that sets a shell up, what is in it, and how the shell is started with it."""
