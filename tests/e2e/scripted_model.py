"""A language model that says what a test tells it to, over HTTP, in OpenAI's protocol of tool calls."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Turn = dict[str, Any] | int
"""A message of the model, or the status of a failure."""


def calls(*wanted: tuple[str, Any], text: str | None = None) -> Turn:
    """A turn that calls tools at once: (name, arguments); arguments that are a text are sent as they are."""
    said = [a if isinstance(a, str) else json.dumps(a) for _, a in wanted]
    listed = [
        {"id": f"call_{n}_{name}", "type": "function", "function": {"name": name, "arguments": said[n]}}
        for n, (name, _) in enumerate(wanted)
    ]
    return {"role": "assistant", "content": text, "tool_calls": listed}


class ScriptedModel:
    """Answers `turns` one after the other, then `after` for ever; `asked` are the bodies of the requests."""

    def __init__(self, *turns: Turn, after: Turn | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self._turns, self._after = list(turns), after
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                model.asked.append({**body, "path": self.path, "key": self.headers.get("authorization")})
                status, said = model._next()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def _next(self) -> tuple[int, dict[str, Any]]:
        turn = self._turns.pop(0) if self._turns else self._after
        if turn is None or isinstance(turn, int):
            return turn or 500, {"error": {"message": "the script of this model is over" if turn is None else "busy"}}
        finish = "tool_calls" if turn.get("tool_calls") else "stop"
        return 200, {"choices": [{"message": turn, "finish_reason": finish}], "usage": {"total_tokens": 10}}

    def close(self) -> None:
        """Ends the server."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> "ScriptedModel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
