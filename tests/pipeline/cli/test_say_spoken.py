"""`lectern say --spoken` shows what a voice is told, without speaking."""

import json

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.cli.main import main
from lectern.pipeline.studio.spoken import spoken


def shown(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    return code, capsys.readouterr()


def test_a_text_is_shown_word_by_word_with_phonemes_and_no_file_is_written(tmp_path, capsys):
    text = "Call `useState` {pause: 0.5}*now*."
    code, printed = shown(capsys, "say", text, "--spoken", "--json", "--in", tmp_path)
    (line,) = json.loads(printed.out)
    assert code == 0 and not list(tmp_path.iterdir())
    assert [word["spoken"] for word in line["words"]] == ["Call", "yooz State", "now."]
    assert all(word["phonemes"] for word in line["words"])
    assert line["words"][2]["pause"] == 0.5 and line["words"][2]["emphasis"]


def test_a_neural_voice_shows_its_phonemes_and_an_authors_own(tmp_path):
    pytest.importorskip("hibari")
    (tmp_path / "characters").mkdir()
    (tmp_path / "characters" / "zoe.json").write_text(
        '{"portrait": "lectern:ada", "provider": "hibari", "voice": "heart"}'
    )
    (line,) = spoken("JSON *in* uv{say: /juː viː/}.", folder=tmp_path, character="zoe")
    assert [word.phonemes for word in line.words] == ["ʤˈAsən", "ˈɪn", "ju vi."]
    assert [word.spoken for word in line.words] == ["jay-son", "in", "juː viː."]


def test_a_line_of_an_episode_is_shown(tmp_path, capsys):
    (tmp_path / "script.md").write_text("# One\n\nThe first.\n\nThe second\nline.\n")
    (line,) = spoken(folder=tmp_path, line=6)
    assert line.line == 5 and [word.written for word in line.words] == ["The", "second", "line."]
    with pytest.raises(LecternError, match="there is no narration at line 1 of script.md; the first is at line 3"):
        spoken(folder=tmp_path, line=1)


def test_say_without_a_file_says_what_it_needs(tmp_path, capsys):
    code, printed = shown(capsys, "say", "Hello.", "--in", tmp_path)
    assert code == 2 and "--spoken" in printed.err
