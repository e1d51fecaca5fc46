"""What was typed at a desktop: that it is on the screen is no answer to a step that expects it, or waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..take import TextBox
from ..text_claims import closed_up


@dataclass
class _TypedText:
    """A `text`, and the picture (RGB) in which it stood before something was done that a program may answer."""

    text: str = ""
    before: np.ndarray | None = None


@dataclass
class TypedTexts:
    """The texts that were typed, one for all keys in turn."""

    texts: list[_TypedText] = field(default_factory=lambda: [_TypedText()])

    def note(self, text: str) -> None:
        """Note what was typed, where the last keys left off."""
        first, *others = text.split("\n")
        self.texts[-1].text += first
        self.texts += map(_TypedText, others)

    def end(self, see: Callable[[], np.ndarray]) -> None:
        """Note what is seen before something is done that a program may answer; what is typed next is another text."""
        if self.texts[-1].text:
            self.texts[-1].before = see()
            self.texts.append(_TypedText())

    def is_left(self, claim: str, saying: Sequence[TextBox], stood: Callable[[np.ndarray], Sequence[TextBox]]) -> bool:
        """Return whether, of the lines that are `saying` the claim, one is left that is an answer.

        A line is none that was there before the typed text could be answered (what is found in that picture, `stood` returns), nor
        one that says the claim only as a part of what was typed, wherever it has moved. Nobody has typed another claim, nor one
        that goes on from line to line.
        """
        typed = next((typed for typed in reversed(self.texts) if _plain(claim) in _plain(typed.text)), None)
        if typed is None or not saying:
            return True
        old = () if typed.before is None else stood(typed.before)
        return any(not (line.stands_among(old) or self._is_echo(claim, line)) for line in saying)

    def _is_echo(self, claim: str, line: TextBox) -> bool:
        wanted, said, texts = _plain(claim), _plain(line.text), (_plain(typed.text) for typed in self.texts)
        around = (typed for typed in texts if wanted in typed and wanted != typed and typed in said)
        return any(wanted not in said.replace(typed, "", 1) for typed in around)


def _plain(text: str) -> str:
    return closed_up(text).casefold()
