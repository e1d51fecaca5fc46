"""What services charge, as the person has written it down: `prices.toml` in their profile, read anew for each question."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from ..base.errors import LecternError, SourceError
from ..base.files import read_bounded, write_atomic
from ..base.frozen import Frozen
from ..base.profile import profile_folder
from ..base.toml import line_of_key, parse_toml
from .usage import Usage

FILE = "prices.toml"
LARGEST = 1_000_000
MILLION, THOUSAND = 1e6, 1000
_TEMPLATE = """\
# What services charge you, by model (as lectern.toml or `lectern usage` calls it) or by service. Lectern knows no prices of its
# own: they change, and yours may be others. Copy them from the provider's page. What is written here is read before each request.
#
# currency = "USD"
#
# [price."claude-sonnet"]
# prompt = 3.00       # a million tokens of the prompt
# cached = 0.30       # … that came from the provider's cache (default: as prompt)
# written = 3.75      # … that were put into it (default: as prompt)
# output = 15.00      # a million tokens of the answer
# thought = 15.00     # … of what it has thought (default: as output)
#
# [price."eleven_multilingual_v2"]
# characters = 0.20   # a thousand characters
#
# Also: request (each), second (of sound or picture), picture (each), currency (of this one).
"""


class Price(Frozen):
    """What one model or service charges."""

    request: float | None = Field(None, ge=0)
    prompt: float | None = Field(None, ge=0)
    cached: float | None = Field(None, ge=0)
    written: float | None = Field(None, ge=0)
    thought: float | None = Field(None, ge=0)
    output: float | None = Field(None, ge=0)
    characters: float | None = Field(None, ge=0)
    second: float | None = Field(None, ge=0)
    picture: float | None = Field(None, ge=0)
    currency: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.prompt is None) != (self.output is None):
            raise ValueError("prompt and output belong together: a sum with only one of them would be wrong")
        if all(getattr(self, name) is None for name in Price.model_fields if name != "currency"):
            raise ValueError("it names no price")
        return self

    def of(self, usage: Usage) -> float:
        """Return what a usage costs."""
        tokens, prompt, output = usage.tokens, self.prompt or 0.0, self.output or 0.0
        million = (
            tokens.prompt * prompt + tokens.cached * _or(self.cached, prompt) + tokens.written * _or(self.written, prompt)
            + tokens.output * output + tokens.thought * _or(self.thought, output)
        )  # fmt: skip
        made = usage.seconds * (self.second or 0.0) + usage.pictures * (self.picture or 0.0)
        said = usage.characters * (self.characters or 0.0) / THOUSAND
        return million / MILLION + said + made + usage.requests * (self.request or 0.0)


class PriceList(Frozen):
    """All prices, by model or service."""

    currency: str = "USD"
    price: dict[str, Price] = {}

    def applied(self, usage: Usage) -> Usage:
        """Return a usage with its price, where that is not known yet and the list has it."""
        found = self.price.get(usage.model) or self.price.get(usage.service)
        if usage.price is not None or found is None:
            return usage
        return usage.model_copy(update={"price": found.of(usage), "currency": found.currency or self.currency})


def prices_file() -> Path:
    """Return where the person's prices are."""
    return profile_folder() / FILE


def read_prices(file: Path | None = None) -> PriceList:
    """Return the person's prices; none where there is no file. Raises SourceError with the line of a mistake."""
    file = file or prices_file()
    try:
        text = read_bounded(file, LARGEST).decode("utf-8")
    except FileNotFoundError:
        return PriceList()
    except (OSError, UnicodeDecodeError) as error:
        raise LecternError(f"{file} can't be read: {error}") from error
    values = parse_toml(text, str(file))
    try:
        return PriceList.model_validate(values)
    except ValidationError as error:
        raise _fault(file, text, error.errors()[0]) from error


def write_template() -> Path:
    """Write an empty list of prices with an explanation, unless there is one; return the file."""
    file = prices_file()
    if not file.exists():
        write_atomic(file, _TEMPLATE, inside=None, private=True)
    return file


def _fault(file: Path, text: str, fault: Any) -> SourceError:
    path = tuple(map(str, fault["loc"]))
    what = f'"{".".join(path)}"' if path else "the file"
    return SourceError(file, line_of_key(text, path), f"{what}: {fault['msg'].removeprefix('Value error, ')}")


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
