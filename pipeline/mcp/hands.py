"""Playwright MCP as a child process, spoken to as a client: the hands of a rehearsal in a browser."""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base.errors import LecternError
from ..base.launch import child_environment

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal
    from mcp import Client


class PlaywrightMcp:
    """Playwright MCP, started by `command` (its program and arguments) each time that it is attached to a browser."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command

    def tools(self) -> tuple[tuple[str, str, Mapping[str, Any]], ...]:
        """Return its tools: name, description, schema. Raises LecternError if it does not start."""
        with self._client() as (portal, client):
            listed = portal.call(client.list_tools)
        return tuple((tool.name, tool.description or "", tool.input_schema) for tool in listed.tools)

    @contextmanager
    def attached(self, address: str) -> "Iterator[_Attached]":
        """Return it in the context, attached to the browser at `address` by the DevTools protocol."""
        with self._client("--cdp-endpoint", address) as (portal, client):
            yield _Attached(portal, client)

    @contextmanager
    def _client(self, *more: str) -> "Iterator[tuple[BlockingPortal, Client]]":
        from anyio.from_thread import start_blocking_portal
        from mcp import Client
        from mcp.client.stdio import StdioServerParameters

        with tempfile.TemporaryDirectory(prefix="lectern-hands-", ignore_cleanup_errors=True) as place:
            program = StdioServerParameters(
                command=self._command[0], args=[*self._command[1:], *more, "--output-dir", place, "--image-responses", "omit"],
                env=child_environment(), cwd=Path(place),
            )  # fmt: skip
            with start_blocking_portal() as portal:
                try:
                    opened = portal.wrap_async_context_manager(Client(program))
                    client = opened.__enter__()
                except Exception as error:  # whatever a program that is none of ours answers
                    raise LecternError(
                        f"{' '.join(self._command)} does not start as Playwright MCP: {error}"[:500]
                    ) from error
                try:
                    yield portal, client
                finally:
                    opened.__exit__(None, None, None)


class _Attached:
    """A session with it; calls are made one after the other."""

    def __init__(self, portal: "BlockingPortal", client: "Client") -> None:
        self._portal, self._client = portal, client

    def call(self, name: str, arguments: Mapping[str, Any]) -> "Future[tuple[str, bool]]":
        """Call a tool; the result is its text, and whether it failed."""
        return self._portal.start_task_soon(self._called, name, dict(arguments))

    async def _called(self, name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
        answer = await self._client.call_tool(name, arguments, read_timeout_seconds=60)
        texts = (getattr(part, "text", "") for part in answer.content)
        return "\n".join(text for text in texts if text), bool(answer.is_error)
