"""`lectern mcp DIR`: the protocol's side of the tools, by the official SDK, over stdin and stdout."""

import base64
import importlib.metadata
import importlib.util
import json
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base.errors import LecternError, visible, visible_json
from ..base.frozen import Frozen
from ..studio.agent_settings import INSTALL
from .prompts import INSTRUCTIONS, PROMPTS, RESOURCES, prompt_text
from .tool import Tool, answered
from .tools import TOOLS

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.lowlevel import Server

MOST = 34_000
"""Characters of an answer: 10,000 tokens of about three and a half."""


def serve(folder: Path) -> None:
    """Answer an agent on stdin and stdout until it goes. Raises LecternError, with the way out, without the SDK."""
    run_server(lambda: server_of(folder))


def run_server(make: "Callable[[], Server[Any]]") -> None:
    """Run a server on stdin and stdout until its client goes. Raises LecternError, with the way out, without the SDK."""
    if importlib.util.find_spec("mcp") is None or importlib.util.find_spec("mcp_types") is None:
        raise LecternError(f"The protocol's package is not installed here. Install it with: {INSTALL}")
    import anyio
    from mcp.server.stdio import stdio_server

    async def run() -> None:
        server = make()
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)


def server_of(folder: Path) -> "Server[Any]":
    """Return the server of the episode in `folder`, which speaks as soon as it is run."""
    import anyio
    import mcp_types as types
    from mcp.server.lowlevel import Server

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[listed(tool) for tool in TOOLS.values()])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        call = partial(called, folder, params.name, params.arguments or {})
        return await anyio.to_thread.run_sync(call, abandon_on_cancel=True)

    async def list_prompts(context: Any, params: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[_prompt(name) for name in PROMPTS])

    async def get_prompt(context: Any, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        said = types.TextContent(
            type="text", text=_or_refuse(partial(prompt_text, params.name, params.arguments or {}))
        )
        return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=said)])

    async def list_resources(context: Any, params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=_resources())

    async def read_resource(context: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        text = await anyio.to_thread.run_sync(partial(_or_refuse, partial(_resource, folder, str(params.uri))))
        kind = RESOURCES[str(params.uri)].kind
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=params.uri, mime_type=kind, text=text)]
        )

    return Server(
        "lectern", version=importlib.metadata.version("lectern"), instructions=INSTRUCTIONS,
        on_list_tools=list_tools, on_call_tool=call_tool, on_list_prompts=list_prompts, on_get_prompt=get_prompt,
        on_list_resources=list_resources, on_read_resource=read_resource,
    )  # fmt: skip


def listed(tool: Tool) -> "types.Tool":
    """Return a tool as the list of tools has it."""
    import mcp_types as types

    marks = types.ToolAnnotations(
        read_only_hint=tool.marks.read_only, destructive_hint=tool.marks.destructive, idempotent_hint=tool.marks.idempotent,
        open_world_hint=False,
    )  # fmt: skip
    schema = None if tool.shows_picture else tool.output_schema
    return types.Tool(
        name=tool.name, description=tool.about, input_schema=tool.input_schema, output_schema=schema, annotations=marks
    )


def called(folder: Path, name: str, given: dict[str, Any]) -> "types.CallToolResult":
    """Return what a tool answers; what it refuses, and what fails in it, as an error in a sentence."""
    tool = TOOLS.get(name)
    if tool is None:
        return answer_error(f"there is no tool {name[:100]}; there are: {', '.join(TOOLS)}")
    try:
        return _answer(tool, tool.run(folder, given))
    except LecternError as error:
        return answer_error(str(error))
    except Exception as error:  # the boundary of a call: the next one is answered all the same
        traceback.print_exc()
        return answer_error(
            f"{type(error).__name__} in {name}: this is a fault in Lectern, or of this computer; whether anything was done is unknown"
        )


def _answer(tool: Tool, value: Frozen) -> "types.CallToolResult":
    import mcp_types as types

    if tool.shows_picture:
        picture: bytes = value.picture  # type: ignore[attr-defined]
        image = types.ImageContent(type="image", data=base64.b64encode(picture).decode(), mime_type="image/jpeg")
        return types.CallToolResult(content=[types.TextContent(type="text", text=visible(value.text)), image])  # type: ignore[attr-defined]
    known = answered(value)
    text = visible_json(json.dumps(known, ensure_ascii=False))
    if len(text) > MOST:
        return answer_error(
            f"the answer has {len(text)} characters, which is too long: ask for less, or for a page (cursor)"
        )
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=known)


def answer_text(text: str) -> "types.CallToolResult":
    """Return an answer in words, as much of it as fits."""
    import mcp_types as types

    return types.CallToolResult(content=[types.TextContent(type="text", text=visible(text)[:MOST])])


def answer_error(text: str) -> "types.CallToolResult":
    """Return the answer to a call that is refused, or has failed."""
    import mcp_types as types

    return types.CallToolResult(content=[types.TextContent(type="text", text=visible(text)[:8000])], is_error=True)


def _prompt(name: str) -> "types.Prompt":
    import mcp_types as types

    arguments = [
        types.PromptArgument(name=each, description=f"without it: {usual}", required=False)
        for each, usual in PROMPTS[name].arguments.items()
    ]
    return types.Prompt(name=name, description=PROMPTS[name].about, arguments=arguments)


def _resources() -> "list[types.Resource]":
    import mcp_types as types

    return [
        types.Resource(uri=uri, name=uri.rpartition("/")[2], description=each.about, mime_type=each.kind)
        for uri, each in RESOURCES.items()
    ]


def _resource(folder: Path, uri: str) -> str:
    if uri not in RESOURCES:
        raise LecternError(f"there is no such resource; there are: {', '.join(RESOURCES)}")
    return RESOURCES[uri].text(folder)[: MOST * 3]


def _or_refuse(text_of: Any) -> str:
    """Return a text. Raises the protocol's own error, with the sentence, where Lectern refuses it."""
    from mcp.shared.exceptions import MCPError

    try:
        text: str = text_of()
        return text
    except LecternError as error:
        raise MCPError(code=-32602, message=visible(str(error))[:2000]) from None
