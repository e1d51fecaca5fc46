"""What on the screens of an episode looks like a secret, and what `[capture] secrets` says is done about it."""

from collections.abc import Iterable, Mapping

from ..base.errors import FilmFinding, LecternError
from ..capture.leaks import Leak, find_leaks, secrets_in_text, shorten_secret, with_leaks_blurred
from ..capture.take import CaptureTake
from ..episode.capture_block import Capture
from ..episode.model import Episode, Scene
from ..episode.steps import Step


def redact_secrets(episode: Episode, take: CaptureTake) -> CaptureTake:
    """Return the take as the film may show it: with `secrets = "blur"`, nothing that looks like a secret can be read."""
    return with_leaks_blurred(take) if episode.settings.capture.secrets == "blur" else take


def refuse_secrets(episode: Episode, captures: Mapping[str, CaptureTake]) -> None:
    """Raise LecternError, with `secrets = "stop"`, for everything on the screens that looks like a secret."""
    found = secret_findings(episode, captures) if episode.settings.capture.secrets == "stop" else ()
    if found:
        raise LecternError(
            "\n".join([*map(str, found), 'lectern.toml says [capture] secrets = "stop", so no film is made of this'])
        )


def secret_findings(episode: Episode, captures: Mapping[str, CaptureTake]) -> tuple[FilmFinding, ...]:
    """Return what looks like a secret on the screens, and in what the script types there."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    seen = (
        _leak_finding(s, c, leak)
        for s in scenes
        for c in s.captures
        if c.id in captures
        for leak in find_leaks(captures[c.id])
    )
    return tuple(dict.fromkeys((*typed_findings(scenes), *seen)))


def typed_findings(scenes: Iterable[Scene]) -> tuple[FilmFinding, ...]:
    """Return what looks like a secret in the script itself; no recording is needed to see it."""
    scenes = tuple(scenes)
    typed = {
        id(step): (c, step) for s in scenes for c in s.captures for step in c.every_step
    }  # each once, done again or not
    steps = (
        _typed_secrets(capture, step, text) for capture, step in typed.values() for text in (step.value, step.text)
    )
    named = (
        FilmFinding(f"{name} looks like a secret ({found.kind}); everybody who has the script can read it", c.line)
        for s in scenes for c in s.captures
        for name, text in (*c.environment.env, *((f"cookie {k.name}", k.value) for k in c.environment.cookies))
        for found in secrets_in_text(f"{name}={text}")
    )  # fmt: skip
    return tuple(dict.fromkeys((*(line for lines in steps for line in lines), *named)))


def _typed_secrets(capture: Capture, step: Step, text: str) -> list[FilmFinding]:
    way = "type it as {secret: NAME}, and it is neither shown nor written down"
    found = [one for one in secrets_in_text(text) if one.kind not in ("e-mail address", "IP address")]
    return [
        FilmFinding(
            f'"{shorten_secret(text[one.start : one.end])}" looks like a secret ({one.kind}); {way}',
            step.line or capture.line,
        )
        for one in found
    ]


def _leak_finding(scene: Scene, capture: Capture, leak: Leak) -> FilmFinding:
    an = "an" if leak.kind[0] in "aeiouAEIOU" else "a"
    return FilmFinding(
        f'scene "{scene.id}", {leak.time:.1f} s into the recording: the screen shows what looks like {an} '
        f'{leak.kind}, {leak.masked}; [capture] secrets = "blur" in lectern.toml blurs it, or name it under "blur:"',
        capture.line,
    )
