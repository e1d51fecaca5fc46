"""Which language model is asked: `[model]` of lectern.toml."""

from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..keys import host_of

ServiceProvider = Literal["openai", "anthropic", "gemini"]
AgentProvider = Literal["claude-code", "codex", "gemini-cli", "command"]
USUAL_ADDRESS: dict[str, str] = {
    "openai": "http://localhost:11434/v1",
    "anthropic": "https://api.anthropic.com/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta",
}
"""Where the services are; for OpenAI's kind, Ollama on this computer."""
KEY_VARIABLES = {
    "api.openai.com": ("OPENAI_API_KEY",),
    "api.anthropic.com": ("ANTHROPIC_API_KEY",),
    "generativelanguage.googleapis.com": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "openrouter.ai": ("OPENROUTER_API_KEY",),
}
"""The environment variables in which people have their keys."""


Thinking = Literal["off", "low", "medium", "high"]
THOUGHT_TOKENS: dict[Thinking, int] = {"off": 0, "low": 2_000, "medium": 8_000, "high": 24_000}
"""The tokens that a model may think for, where a service wants a number."""


class ChatSettings(BaseModel):
    """Which language model is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: ServiceProvider | AgentProvider = Field(
        "openai",
        description="How it is spoken to: `openai` (so do Ollama, llama.cpp, LM Studio, OpenRouter), `anthropic`, `gemini`; or a "
        "program that answers: `claude-code`, `codex`, `gemini-cli`, or any `command`",
    )
    base_url: str = Field(
        "", description="Where it is; empty: where its provider is, for `openai` Ollama on this computer"
    )
    model: str = Field("", description="The model; for goals, it has to be one that calls tools")
    command: tuple[str, ...] = Field(
        (),
        description="The program with its arguments, as a list; empty: the usual one of `claude-code`, `codex`, `gemini-cli`",
    )
    temperature: float | None = Field(None, ge=0, le=2, description="How freely it answers; unset: as the service does")
    max_tokens: int | None = Field(None, ge=1, description="The longest answer; unset: as the service does")
    thinking: Thinking | None = Field(
        None,
        description="How much it thinks before it answers: `off`, `low`, `medium`, `high`; unset: as the service does. Programs have "
        "their own option",
    )
    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(
        None, ge=0, description="What a request costs; unset: as your prices say, unknown, or free on this computer"
    )
    currency: str = Field("USD", description="The currency of the price")

    @field_validator("command", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _can_think(self) -> Self:
        if self.thinking and self.is_program:
            raise ValueError(
                f"thinking is for services: {self.provider} has an option of its own, which command can name"
            )
        if self.thought_tokens and self.temperature is not None and self.provider == "anthropic":
            raise ValueError(
                "anthropic takes no temperature for a model that thinks: leave out temperature or thinking"
            )
        return self

    @property
    def thought_tokens(self) -> int:
        """The tokens that it may think for, as far as that is set."""
        return THOUGHT_TOKENS[self.thinking] if self.thinking else 0

    @property
    def most_tokens(self) -> int | None:
        """The tokens of its answer and of its thoughts together, at most; None: as the service does."""
        return self.max_tokens + self.thought_tokens if self.max_tokens else None

    @property
    def is_program(self) -> bool:
        """Whether a program answers, and not a service."""
        return self.provider in get_args(AgentProvider)

    @property
    def address(self) -> str:
        """The address of the service; "" for a program."""
        return "" if self.is_program else self.base_url or USUAL_ADDRESS[self.provider]

    @property
    def place(self) -> str:
        """Where it is, for people: the host of the service, or the program."""
        if not self.is_program:
            return host_of(self.address)
        return self.command[0] if self.command else {"claude-code": "claude", "gemini-cli": "gemini"}.get(
            self.provider, self.provider
        )  # fmt: skip

    @property
    def title(self) -> str:
        """The model as people name it; a program's own choice is called like the program."""
        return self.model or self.provider
