"""One small operator per button; each calls one function of the add-on or of the pipeline."""


def classes() -> tuple[type, ...]:
    """Return every operator, in the order of registration."""
    from . import (
        assistant,
        build,
        captures,
        changes,
        characters,
        cloned_voices,
        edits,
        episode,
        episodes,
        following,
        inspector,
        jobs,
        library,
        preview,
        recording,
        scenes,
        script,
        setup,
        trust,
        voices,
        workspace,
    )

    modules = (
        episode, episodes, build, scenes, inspector, recording, preview, library, jobs, script, edits, trust, characters, voices,
        cloned_voices, setup, captures, workspace, changes, following, assistant,
    )  # fmt: skip
    return tuple(cls for module in modules for cls in module.CLASSES)
