"""One small operator per button; each calls one function of the add-on."""


def classes() -> tuple[type, ...]:
    """Every operator, in the order of registration."""
    from . import build, captures, characters, doctor, episode, film, services, trust

    return (
        *episode.CLASSES, *build.CLASSES, *trust.CLASSES, *film.CLASSES, *characters.CLASSES, *doctor.CLASSES,
        *services.CLASSES, *captures.CLASSES,
    )  # fmt: skip
