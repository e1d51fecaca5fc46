"""Before it costs: what would be asked of whom, what is known of the price, and for how long."""

import json
from pathlib import Path

import pytest
from support.providers import registry_with

from lectern.pipeline.build.build import start_build
from lectern.pipeline.build.costs import CostDeclined, Costs, cost_question, estimate, voice_costs
from lectern.pipeline.build.record_takes import schedule_voices
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.voices import TranscriptionChoice
from lectern.pipeline.services.usage import Usage
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.studio.goals import open_goals, rehearsal_costs


def usage(service: str = "ElevenLabs", price: float | None = 0.3, **more: object) -> Usage:
    return Usage(service=service, characters=1000, seconds=60, wait=15, price=price, **more)


def line(provider: str, text: str = "word " * 30, **settings: str) -> VoiceRequest:
    return VoiceRequest(provider=provider, voice="v", words=tuple(text.split()), settings=tuple(settings.items()))


def test_working_out_a_goal_costs_at_most_the_answers_of_both_attempts(tmp_path: Path) -> None:
    goal = "```capture\nkind: terminal\ngoal: Show the files\nlimits: {steps: 10}\n```\n"
    (tmp_path / "script.md").write_text(f"# One\n\nHello.\n\n{goal}")
    service = 'model = "m"\nbase_url = "https://models.test/v1"\nprice = 0.01\n'
    (tmp_path / "lectern.toml").write_text(f"[model]\n{service}")
    episode = read_episode(tmp_path)
    assert "Language model (m): at most 78 requests: 0.78 USD" in cost_question(
        rehearsal_costs(episode, open_goals(episode))
    )


def test_what_is_free_costs_nothing() -> None:
    assert estimate([None, usage(price=0.0)]).free
    lines = [line("espeak"), line("kokoro-server"), line("piper"), line("recording"), line("command", command="tts")]
    assert voice_costs(registry_with(), lines).free


def test_requests_to_one_service_and_model_are_added_up() -> None:
    costs = estimate([usage(), usage(), usage(model="other"), usage("OpenAI", price=None)])
    assert [(u.service, u.requests, u.characters, u.price) for u in costs.asked] == [
        ("ElevenLabs", 2, 2000, 0.6), ("ElevenLabs", 1, 1000, 0.3), ("OpenAI", 1, 1000, None)
    ]  # fmt: skip
    assert costs.wait == 30
    assert costs.prices == (("USD", 0.8999999999999999),) and costs.unknown


def test_a_price_of_lectern_toml_is_that_of_1000_characters() -> None:
    set_there = {"price": "0.2", "currency": "EUR"}
    lines = [line("elevenlabs", **set_there), line("elevenlabs", "word " * 20, **set_there)]
    costs = voice_costs(registry_with(), lines)
    assert [(u.characters, round(u.price, 6), u.currency) for u in costs.asked] == [(248, 0.0496, "EUR")]


def test_the_question_says_what_would_be_made_and_what_it_would_cost() -> None:
    assert cost_question(estimate([usage(model="m"), usage(model="m")])) == (
        "This would ask paid services for:\n\n"
        "  ElevenLabs (m): 2 requests, 2,000 characters, 2:00 min: 0.60 USD\n\n"
        "About 0.60 USD in all, about 30 s."
    )


def test_a_price_that_nobody_told_is_said_to_be_unknown() -> None:
    assert "price unknown" in cost_question(estimate([usage(price=None)]))
    assert "The price is not known (set price in" in cost_question(estimate([usage(price=None)]))
    drawn = Usage(service="images", model="m", price=0.04, wait=30.0)
    assert "  images (m): 1 request: 0.04 USD\n" in cost_question(estimate([drawn]))
    assert "At least 0.30 USD; not every price is known" in cost_question(
        estimate([usage(), usage("OpenAI", price=None)])
    )


def test_a_build_asks_before_it_pays_and_only_for_what_is_missing(tmp_path: Path) -> None:
    asked: list[Costs] = []
    script = "---\nnarrator: vera\n---\n# One\n\nHello there.\n\nGood bye.\n"
    (tmp_path / "script.md").write_text(script)
    (tmp_path / "characters").mkdir()
    vera = {"name": "Vera", "portrait": "lectern:ada", "provider": "elevenlabs", "voice": "v"}
    (tmp_path / "characters" / "vera.json").write_text(json.dumps(vera))
    episode = read_episode(tmp_path)
    agree = lambda costs: bool(asked.append(costs))  # noqa: E731
    with start_build(episode, episode.scenes, None, agree=agree) as build:
        with pytest.raises(CostDeclined, match="ElevenLabs.*2 requests"):
            schedule_voices(build)
        assert build.scheduler.made == 0
    assert asked[0].asked[0].requests == 2


def test_what_may_have_to_be_written_down_is_asked_about_as_the_most_it_can_be() -> None:
    heard = line("command", command="tts").model_copy(update={"transcription": "there"})
    costs = voice_costs(
        registry_with(), [heard, heard, line("espeak")], TranscriptionChoice(settings=(("price", "0.6"),))
    )
    (used,) = costs.asked
    assert (used.requests, used.at_most, round(used.seconds)) == (2, True, 20)
    assert "Transcription (whisper-1): at most 2 requests, 0:19 min: 0.20 USD" in cost_question(costs)
    assert voice_costs(
        registry_with(), [heard], TranscriptionChoice(settings=(("base_url", "http://localhost:1/v1"),))
    ).free
