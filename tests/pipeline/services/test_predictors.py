"""What answers of prediction services say, whatever is missing in them."""

from typing import Any

import pytest

from lectern.pipeline.providers.faces.replicate import ReplicateClient
from lectern.pipeline.providers.faces.wavespeed import WaveSpeedClient
from lectern.pipeline.services.http import HttpClient, Service

FILM = "https://x.org/film.mp4"


@pytest.mark.parametrize(
    ("outputs", "timings", "found", "seconds"),
    [
        ([FILM], {"inference": 2500}, (FILM,), 2.5),
        (FILM, {"inference": None}, (FILM,), 0.0),
        ([{"video": FILM}, None], None, (FILM,), 0.0),
        (None, [], (), 0.0),
    ],
)
def test_results_are_found_wherever_they_stand(
    outputs: Any, timings: Any, found: tuple[str, ...], seconds: float
) -> None:
    data = {"id": "w1", "status": "completed", "outputs": outputs, "timings": timings}
    state = WaveSpeedClient(HttpClient(), Service(name="WaveSpeed", base="https://api.wavespeed.ai")).state(
        {"code": 200, "data": data}
    )
    assert (state.status, state.outputs, state.seconds) == ("done", found, seconds)
    metrics = {"predict_time": seconds} if seconds else timings
    state = ReplicateClient(HttpClient(), Service(name="Replicate", base="https://api.replicate.com")).state(
        {"id": "p1", "status": "succeeded", "output": outputs, "metrics": metrics}
    )
    assert (state.status, state.outputs, state.seconds) == ("done", found, seconds)
