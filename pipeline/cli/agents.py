"""The commands for agents: the server that they talk to, and its tools one by one."""

import json
from argparse import Namespace
from pathlib import Path

from ..base.errors import LecternError
from .arguments import Verbs, add_verb
from .call import DONE, existing_folder
from .console import print_error, print_json, print_result


def add_agents(every: Verbs) -> None:
    """Add `mcp` and `ask`."""
    server = add_verb(
        every, "mcp", run_mcp, "let an agent edit the episode in DIR, by the Model Context Protocol on stdin and stdout"
    )
    server.add_argument("folder", metavar="DIR", type=Path)
    stage = "instead, let it work out the goal of this capture, at the screen that is recorded, as a change to apply"
    server.add_argument("--capture", metavar="ID", help=stage)
    driver = 'with --capture: Playwright MCP clicks and types in the browser, started like "npx @playwright/mcp"'
    server.add_argument("--hands", metavar="COMMAND", default="", help=driver)
    shown = "print what makes it known to an agent, to paste into its settings, and serve nothing"
    server.add_argument("--settings", action="store_true", help=shown)
    ask = add_verb(
        every, "ask", run_ask, "call one of the tools that agents have, for the episode in DIR; the answer is JSON"
    )
    ask.add_argument("folder", metavar="DIR", type=Path)
    ask.add_argument("tool", metavar="TOOL", nargs="?", default="", help="its name (default: list them)")
    ask.add_argument(
        "arguments", metavar="JSON", nargs="?", default="{}", help='its arguments, like {"file": "script.md"}'
    )
    ask.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="where the picture goes that a tool answers with (JPEG)"
    )
    ask.add_argument("--json", action="store_true", help="JSON, as it always is")


def run_mcp(options: Namespace) -> int:
    """Serve the tools until the agent goes."""
    from ..mcp.server import serve
    from ..mcp.stage import serve_stage
    from ..studio.agent_settings import agent_settings

    folder = existing_folder(options.folder)
    if options.settings:
        found = agent_settings(folder)
        print_result(f"{found.settings}\n\n{found.command}")
        if found.note:
            print_error(found.note)
        return DONE
    if options.capture:
        serve_stage(folder, options.capture, options.config, options.trust, options.hands)
    else:
        serve(folder)
    return DONE


def run_ask(options: Namespace) -> int:
    """Call a tool and print what it answers."""
    from ..base.files import inside_of, write_atomic
    from ..mcp.tool import answered
    from ..mcp.tools import TOOLS

    if options.tool not in TOOLS:
        known = "\n".join(f"{tool.name:<11} {tool.about.splitlines()[0]}" for tool in TOOLS.values())
        if options.tool:
            raise LecternError(f'There is no tool "{options.tool}"; there are:\n{known}')
        print_result(known)
        return DONE
    folder, tool = existing_folder(options.folder), TOOLS[options.tool]
    try:
        given = json.loads(options.arguments)
    except (ValueError, RecursionError) as error:
        raise LecternError(f"The arguments are no JSON: {error}") from error
    if not isinstance(given, dict):
        raise LecternError('The arguments are an object of JSON, like {"file": "script.md"}')
    found = tool.run(folder, given)
    if not tool.shows_picture:
        print_json(answered(found))
        return DONE
    if options.output:
        place = options.output.absolute()
        write_atomic(place, found.picture, inside=inside_of(place, folder))  # type: ignore[attr-defined]
    print_json({"text": found.text})  # type: ignore[attr-defined]
    return DONE
