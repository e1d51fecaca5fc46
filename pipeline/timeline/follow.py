"""Elements that are called otherwise since the script changed: a mended line, a scene with another title.

Ids are made of words, so a mended typo makes a new one. What a person has changed by hand on an element's strips goes
along if it is clear what the element is now; if it is not, nobody guesses.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from ..base.frozen import Frozen
from .edits import Edit, Edits, edits_of
from .model import Element, StripId, TextStrip, Timeline

ALIKE = 0.6
"""How alike two texts have to be (1.0: equal) to be the same, changed a little."""
CLEARLY = 0.12
"""By how much the likest has to be more alike than any other."""
LONGEST = 2000
"""Characters of a text that are compared."""
MOST_PAIRS = 2500
"""Where more could be the same, only those of one scene are compared: all has been rewritten."""

type Key = tuple[str, str]


class Followed(Frozen):
    """What elements are called now that were called otherwise: `scenes` by id, `owners` by scene and owner.

    `unclear` are those that could be several now, with the texts of these.
    """

    scenes: dict[str, str] = {}
    owners: tuple[tuple[Key, Key], ...] = ()
    unclear: tuple[tuple[Key, tuple[str, ...]], ...] = ()
    texts: tuple[tuple[Key, str], ...] = ()

    def id_now(self, id: str) -> str:
        """Return what a strip is called now."""
        strip, mark, piece = id.partition("#")
        scene, owner = StripId.parse(strip)[:2]
        if not owner:
            return id
        now = dict(self.owners).get((scene, owner), (self.scenes.get(scene, scene), owner))
        return "/".join(now) + strip.removeprefix(f"{scene}/{owner}") + mark + piece


class _Pair(NamedTuple):
    alike: float
    old: Element
    new: Element


def follow(before: Iterable[Element], now: Iterable[Element]) -> Followed:
    """Return what the elements `before` are called now."""
    old, new = tuple(before), tuple(now)
    scenes = _scenes_now(old, new)
    gone, come = _only_in(old, new), _only_in(new, old)
    anywhere = len(gone) * len(come) <= MOST_PAIRS
    same = [(one, other) for one in gone for other in come if one.owner == other.owner]  # an id that the author gave
    pairs = [
        _Pair(alike, one, other)
        for one in gone
        for other in come
        if one.kind == other.kind
        and (anywhere or scenes.get(one.scene, one.scene) == other.scene)
        and (alike := _likeness(one, other, scenes)) >= ALIKE
    ]
    found, unclear = _matched(pairs, {one.key for pair in same for one in pair})
    return Followed(
        scenes=scenes,
        owners=tuple((one.key, other.key) for one, other in (*same, *found)),
        unclear=tuple((one.key, tuple(texts)) for one, texts in unclear),
        texts=tuple((one.key, other.text) for one, other in (*same, *found)),
    )


def _only_in(these: Iterable[Element], those: Iterable[Element]) -> list[Element]:
    known = {element.key for element in those}
    return [element for element in these if element.owner and element.key not in known]


def _likeness(one: Element, other: Element, scenes: dict[str, str]) -> float:
    """Return how alike two elements are; one that stayed in its scene is a little more likely to be the same."""
    near = CLEARLY if scenes.get(one.scene, one.scene) == other.scene else 0.0
    return _alike(one.text, other.text) + near if _alike(one.text, other.text) >= ALIKE else 0.0


def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:LONGEST].casefold(), other[:LONGEST].casefold(), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _matched(
    pairs: Iterable[_Pair], taken: Collection[Key] = ()
) -> tuple[list[tuple[Element, Element]], list[tuple[Element, list[str]]]]:
    """Return the pairs that are clear, and those of the old elements that are not, with what they could be."""
    left = sorted((p for p in pairs if not {p.old.key, p.new.key} & {*taken}), key=lambda p: -p.alike)
    found: list[tuple[Element, Element]] = []
    while clear := next((pair for pair in left if _is_clear(pair, left)), None):
        found.append((clear.old, clear.new))
        left = [pair for pair in left if pair.old.key != clear.old.key and pair.new.key != clear.new.key]
    unclear: dict[Key, tuple[Element, list[str]]] = {}
    for pair in left:
        unclear.setdefault(pair.old.key, (pair.old, []))[1].append(pair.new.text)
    return found, list(unclear.values())


def _is_clear(pair: _Pair, pairs: Iterable[_Pair]) -> bool:
    """Return whether neither of the two is nearly as alike to another."""
    rivals = [o for o in pairs if o != pair and (o.old.key == pair.old.key or o.new.key == pair.new.key)]
    return all(pair.alike - rival.alike >= CLEARLY for rival in rivals)


def _scenes_now(old: tuple[Element, ...], new: tuple[Element, ...]) -> dict[str, str]:
    """Return what scenes are called now that are called otherwise: those that say nearly the same under another title."""
    before, now = _by_scene(old), _by_scene(new)
    gone, come = before.keys() - now.keys(), now.keys() - before.keys()
    pairs = [
        _Pair(alike, before[one][0], now[other][0])
        for one in sorted(gone)
        for other in sorted(come)
        if (alike := _scenes_alike(before[one], now[other])) >= ALIKE
    ]
    return {one.scene: other.scene for one, other in _matched(pairs)[0]}


def _by_scene(elements: Iterable[Element]) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        found[element.scene].append(element)
    return found


def _scenes_alike(one: list[Element], other: list[Element]) -> float:
    """Return how much of two scenes is the same; a scene without anything in it is known by its title."""
    title = _alike(one[0].text, other[0].text)
    if len(one) == len(other) == 1:
        return title
    said = ([(e.kind, e.text) for e in one[1:]], [(e.kind, e.text) for e in other[1:]])
    return max(SequenceMatcher(None, *said, autojunk=False).ratio(), title)


def follow_script(edits: Edits, before: Iterable[Element], scripted: Timeline) -> tuple[Edits, tuple[str, ...]]:
    """Return the edits that are left now that the script, whose elements were `before`, makes the timeline `scripted`.

    They are on what elements are called now, and without those words that the script says itself by now. The sentences
    tell what went along, and what did not.
    """
    followed, told = edits_now(edits, follow(before, scripted.elements))
    texts = {strip.id: strip.text for strip in scripted.strips if isinstance(strip, TextStrip)}
    left = [_settled(edit, texts[edit.strip]) if edit.strip in texts else edit for edit in followed.edits]
    return edits_of(edit for edit in left if edit), told


def _settled(edit: Edit, text: str) -> Edit | None:
    """Return what is left of an edit of words now that the script's are `text`: nothing, or where the lines are broken."""
    value, script = edit.value, edit.script
    if edit.property != "text" or not isinstance(value, str) or not isinstance(script, str):
        return edit
    if value.split() != text.split() or value.split() == script.split():
        return edit
    # the layout breaks lines, and does so anew; only if there are more now, somebody has broken them
    is_broken = value != text and value.count("\n") > script.count("\n")
    return edit.model_copy(update={"script": text}) if is_broken else None


def edits_now(edits: Edits, followed: Followed) -> tuple[Edits, tuple[str, ...]]:
    """Return the edits of what elements are called now, and in sentences what went along, and what did not."""
    kept: list[Edit] = []
    went: list[Edit] = []
    for edit in edits.edits:
        id = followed.id_now(edit.strip)
        value = followed.id_now(str(edit.value)) if edit.property == "copy_of" else edit.value
        (kept if id == edit.strip else went).append(edit.model_copy(update={"strip": id, "value": value}))
    return edits_of((*kept, *went)), tuple(_told(edits, followed))


def _told(edits: Edits, followed: Followed) -> Iterable[str]:
    edited = {StripId.parse(edit.strip)[:2] for edit in edits.edits}
    texts, owners = dict(followed.texts), dict(followed.owners)
    for old in sorted(edited & owners.keys()):
        yield f'what was changed by hand on {"/".join(old)} is now on {"/".join(owners[old])}: "{_short(texts[old])}"'
    for was, called in sorted(followed.scenes.items()):
        if any(scene == was for scene, _ in edited):
            yield f'scene "{was}" is called "{called}" now; what was changed by hand in it stays'
    for old, candidates in followed.unclear:
        if old in edited:
            several = " or ".join(f'"{_short(text)}"' for text in candidates)
            yield (
                f"{'/'.join(old)} was changed by hand, and its words have changed: it could be {several} now. "
                f"Give its edits to the right one: lectern edits DIR apply STRIP --to STRIP"
            )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
