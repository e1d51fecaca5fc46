"""Where an agent stands while it works a goal out: the recorder's own stage, shell, workbench or desktop."""

from contextlib import AbstractContextManager

from ...episode.screen import Limits
from ...jobs.recipe import Bench
from ..request import CaptureRequest
from .seen import Stand
from .with_editor import at_editor
from .with_page import at_page
from .with_pixels import at_desktop
from .with_shell import at_terminal

_STANDS = {"browser": at_page, "ide": at_page, "terminal": at_terminal, "editor": at_editor, "desktop": at_desktop}


def stand(request: CaptureRequest, limits: Limits, bench: Bench) -> AbstractContextManager[Stand]:
    """The stand of the request's kind, with its hidden steps done; it may go to the limits' hosts, too."""
    environment = request.environment.model_copy(update={"hosts": (*request.environment.hosts, *limits.hosts)})
    return _STANDS[request.kind](request.model_copy(update={"environment": environment}), limits, bench)
