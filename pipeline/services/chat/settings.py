"""Which language model is asked: `[model]` of lectern.toml."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

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
    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(
        None, ge=0, description="What a request costs; unset: as your prices say, unknown, or free on this computer"
    )
    currency: str = Field("USD", description="The currency of the price")

    @field_validator("command", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

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
