"""The language model of some settings, whatever it is."""

from ..http import HttpClient
from ..ledger import Ledger
from .chat import Chat
from .programs import ProgramChat
from .service import ServiceChat
from .settings import ChatSettings


def open_chat(http: HttpClient, settings: ChatSettings, ledger: Ledger | None = None) -> Chat:
    """Return a conversation with the model of the settings; what it uses is noted in the `ledger`.

    Raises LecternError if they name no model, or no program.
    """
    return ProgramChat(settings, ledger) if settings.is_program else ServiceChat(http, settings, ledger)
