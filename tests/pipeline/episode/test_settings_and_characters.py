import json
from pathlib import Path

import pytest

from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.themes import theme_of


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """A studio with one episode, `series/one`."""
    folder = tmp_path / "series" / "one"
    folder.mkdir(parents=True)
    (folder / "script.md").write_text("# A\n\n**Ada:** Hello.\n")
    return folder


def character(folder: Path, id: str, **values: object) -> None:
    (folder / "characters").mkdir(exist_ok=True)
    (folder / "characters" / f"{id}.json").write_text(json.dumps({"portrait": "lectern:ada", **values}, indent="\t"))


def test_lectern_carries_four_narrators_two_of_whom_look_at_the_other_two(series: Path) -> None:
    ada, ben, kai, ruth = read_episode(series).characters
    assert (ada.id, ada.name, ada.facing, ada.voice, ada.portrait) == ("ada", "Ada", "right", "en-us+f3", "lectern:ada")
    assert (ben.id, ben.name, ben.facing, ben.voice, ben.portrait) == ("ben", "Ben", "left", "en-us+m3", "lectern:ben")
    assert [(c.id, c.facing, c.portrait) for c in (kai, ruth)] == [
        ("kai", "right", "lectern:kai"), ("ruth", "left", "lectern:ruth")
    ]  # fmt: skip
    assert len({(c.voice, c.settings) for c in (ada, ben, kai, ruth)}) == 4


def test_the_nearest_settings_win(series: Path) -> None:
    (series.parent / "lectern.toml").write_text("[film]\nfps = 25\n")
    assert read_episode(series).settings.film.fps == 25
    (series / "lectern.toml").write_text("[capture]\nseed = 7\n")
    settings = read_episode(series).settings
    assert (settings.film.fps, settings.capture.seed) == (30, 7)


def test_settings_can_be_named(series: Path, tmp_path: Path) -> None:
    (series / "lectern.toml").write_text("[film]\nfps = 25\n")
    (tmp_path / "other.toml").write_text("[film]\nfps = 24\n")
    assert read_episode(series, tmp_path / "other.toml").settings.film.fps == 24
    with pytest.raises(EpisodeErrors, match="none.toml:1: there is no such file"):
        read_episode(series, tmp_path / "none.toml")


def test_wrong_settings_are_told_with_their_lines(series: Path) -> None:
    (series.parent / "lectern.toml").write_text(
        '# studio\nfilms = 1\n\n[film]\nfps = "30"\ntheme = """\nfps = 1\n"""\nwidht = 1920\nwidth = 1921\n'
        "\n[capture]\ntyping_speed = 0\n\n[voices]\nx = 1\n"
    )
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(series)
    assert str(caught.value).split("\n") == [
        '../lectern.toml:2: lectern.toml has no "films" (did you mean "film"?); its keys are: film, capture, sound, blender, brand, voice, transcription, model, budget, pronunciation',
        '../lectern.toml:5: "film.fps" should be a whole number, not "30"; write fps = 30',
        '../lectern.toml:7: there is no theme "fps = 1"; Lectern has: daylight, ember, graphite, meadow, night, paper; or name a JSON file of the episode with colours of your own',
        '../lectern.toml:9: [film] has no "widht" (did you mean "width"?); its keys are: '
        "width, height, fps, loudness, true_peak, theme, processes, fallback_voices",
        '../lectern.toml:10: "film.width" should be a multiple of 2, not "1921"',
        '../lectern.toml:13: "capture.typing_speed" should be greater than 0, not "0"',
        '../lectern.toml:15: lectern.toml has no "voices": a voice is a character\'s: write narrator: NAME at the top of script.md, and the voice in '
        'characters/NAME.json ("lectern character new NAME" makes that file)',
    ]


@pytest.mark.parametrize(
    "written, told",
    [
        ("fps = 29.97", '"film.fps" should be a whole number, not "29.97"; write fps = 30'),
        ("fps = true", '"film.fps" should be a whole number, not "True"'),
        ("fps = [30]", '"film.fps" should be a whole number, not "[30]"'),
        ('loudness = "-16"', '"film.loudness" should be a number, not "-16"; write loudness = -16'),
        ('loudness = "loud"', '"film.loudness" should be a number, not "loud"'),
        ("theme = 2", '"film.theme" should be a text in quotes, not "2"; write theme = "2"'),
    ],
)
def test_a_value_of_another_kind_is_told_with_what_to_write(series: Path, written: str, told: str) -> None:
    (series / "lectern.toml").write_text(f"[film]\n{written}\n")
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(series)
    assert str(caught.value).endswith(told)


def test_voices_have_settings_of_their_own(series: Path) -> None:
    (series / "lectern.toml").write_text(
        '[voice.openai]\nspeed = 1.1\nmodel = "tts-1"\n[voice.attic]\nlike = "command"\ncommand = ["tts", "{audio}"]\n'
        "[voice.a-plug-in]\nanything = true\n"
    )
    assert read_episode(series).settings.voice == (
        ("openai", (("speed", "1.1"), ("model", "tts-1"))),
        ("attic", (("like", "command"), ("command", '["tts", "{audio}"]'))),
        ("a-plug-in", (("anything", "true"),)),
    )


def test_wrong_settings_of_voices_are_told_with_their_lines(series: Path) -> None:
    (series / "lectern.toml").write_text(
        '[voice.openai]\nmodle = 1\nspeed = 9\n\n[voice.elevenlabs]\napi_key = "x"\n[voice.attic]\nlike = "pipr"\n'
        '[voice.kokoro]\nlike = "openai"\n[voice]\nloud = true\n[voice.mine]\nlike = "command"\ncommand = "a \\"b"\n'
    )
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(series)
    told = str(caught.value).split("\n")
    assert told[0].startswith(
        'lectern.toml:2: [voice.openai] has no "modle" (did you mean "model"?); its keys are: timeout'
    )
    assert told[1] == 'lectern.toml:3: "voice.openai.speed" should be less than or equal to 4, not "9"'
    assert told[2].startswith('lectern.toml:6: "api_key": a key never belongs here')
    assert told[3].startswith(
        'lectern.toml:8: "like": "pipr" is not one of Lectern\'s voices (did you mean "piper"?); there are:'
    )
    assert told[4].startswith('lectern.toml:10: "like": kokoro is a voice of Lectern\'s own')
    assert told[5].startswith('lectern.toml:12: "loud" below [voice] is not a table of settings')
    assert told[6].startswith('lectern.toml:15: "voice.mine.command": ')
    assert len(told) == 7


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("voice = 1\n", '1: "voice" is a table: write [voice.NAME]'),
        ("film = 1\n", '1: "film" is a table: write its keys below a line [film]'),
        ("[film]\nfps = \n", "2: this is not TOML: Invalid value"),
        ("[film]\nfps = 1\nfps = 2\n", "3: this is not TOML: Cannot overwrite a value"),
        ('\n\na = "x', "3: this is not TOML: Unterminated string"),
    ],
)
def test_broken_settings_are_told_with_their_line(series: Path, toml: str, message: str) -> None:
    (series / "lectern.toml").write_text(toml)
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(series)
    assert str(caught.value) == f"lectern.toml:{message}"


def test_the_nearest_character_of_a_name_wins(series: Path, tmp_path: Path) -> None:
    character(tmp_path, "cleo", name="Far")
    character(series.parent, "cleo", name="Near")
    character(series.parent, "ada", name="Ada", voice="en-gb")
    character(
        series, "dan", provider="kokoro", settings={"speed": 1.1}, palette={"hair": "#fff"}, size=0.3, mirror=False
    )
    (series.parent / "lectern.toml").write_text("")
    found = {c.id: c for c in read_episode(series).characters}
    assert list(found) == ["ada", "ben", "cleo", "dan", "kai", "ruth"]
    assert (found["cleo"].name, found["ada"].voice) == ("Near", "en-gb")
    dan = found["dan"]
    assert (dan.name, dan.settings, dan.palette, dan.size, dan.mirror) == (
        ("Dan", (("speed", "1.1"),), (("hair", "#fff"),), 0.3, False)
    )
    assert dan.file == str(series / "characters" / "dan.json")


def test_a_folder_above_without_settings_is_no_studio(series: Path) -> None:
    character(series.parent, "cleo")
    assert [c.id for c in read_episode(series).characters] == ["ada", "ben", "kai", "ruth"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            '{\n "name": "Eve",\n "portrait": "lectern:ada",\n "facing": "up"\n}',
            '4: "facing": "up" is not one of: left, right',
        ),
        (
            '{\n "portrait": "eve.svg"\n}',
            '2: "portrait": there is no file "eve.svg" beside this one '
            "(Lectern's own are called lectern:ada and so on)",
        ),
        (
            '{\n\t"portrait": "lectern:ada",\n\t"voise": "x"}',
            '3: a character has no "voise" (did you mean "voice"?); its keys are: '
            "name, portrait, facing, mirror, side, size, provider, voice, settings, fallback, palette, prompt, rights, generate, motion, lipsync, matting",
        ),
        ('{"name": "Eve"}', '1: a character needs "portrait"'),
        ('{"name": "Eve",}', "1: this is not JSON: Illegal trailing comma before end of object"),
        ("[]", '1: a character is made of "key: value" lines, not of a list'),
    ],
)
def test_a_wrong_character_is_told_with_its_line(series: Path, source: str, message: str) -> None:
    (series / "characters").mkdir()
    (series / "characters" / "eve.json").write_text(source)
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(series)
    assert str(caught.value) == f"characters/eve.json:{message}"


def test_json_escapes_are_characters(series: Path) -> None:
    (series / "characters").mkdir()
    source = '{"name": "E\\u00e9\\ud83d\\ude00", "portrait": "lectern:ada", "prompt": "a\\/b\\n"}'
    (series / "characters" / "eve.json").write_text(source)
    eve = read_episode(series).character("eve")
    assert (eve.name, eve.prompt) == ("E\u00e9\U0001f600", "a/b\n")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *((name, "night") for name in ("lectern:night", "night", "dark", "lectern:dark")),
        *((name, "daylight") for name in ("lectern:daylight", "light", "day")),
        *((name, name) for name in ("graphite", "ember", "paper", "meadow")),
    ],
)
def test_a_theme_is_named_with_or_without_lectern(series: Path, name: str, found: str) -> None:
    (series / "lectern.toml").write_text(f'[film]\ntheme = "{name}"\n')
    assert theme_of(read_episode(series)).name == found


@pytest.mark.parametrize(
    ("name", "told"),
    [("dusk", "environment: {theme: dusk}"), ("lagoon", "environment: {theme: lagoon}"), ("nihgt", '"night"?')],
)
def test_a_theme_that_is_not_there_is_told_at_its_line_beside_all_else(series: Path, name: str, told: str) -> None:
    (series / "lectern.toml").write_text(
        f'[video]\nfps = "30"\nwidth = 640\n\n[theme]\nname = "{name}"\naccent = "red"\n'
    )
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(series)
    messages = {
        (problem.line, problem.message.split(":")[0].split("(")[0].split(";")[0].strip())
        for problem in caught.value.problems
    }
    assert messages == {
        (1, 'lectern.toml has no "video"'),
        (2, '"film.fps" should be a whole number, not "30"'),
        (5, 'lectern.toml has no "theme"'),
        (6, f'there is no theme "{name}"' + (" of films" if name in ("dusk", "lagoon") else "")),
        (7, '[film] has no "accent"'),
    }
    assert any(told in problem.message for problem in caught.value.problems)
    assert caught.value.rest and caught.value.rest["settings"].film.width == 640
