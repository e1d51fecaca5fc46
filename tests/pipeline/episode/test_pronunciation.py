"""An author's own pronunciations: of the episode, of the studios above it, and in any language."""

from pathlib import Path

import pytest

from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.spoken.dictionary import Dictionary, merge_entries, share_respelling
from lectern.pipeline.episode.spoken.phonetic import CLOSE, OPEN, in_espeak_letters, phonetic_fault, respelled
from lectern.pipeline.episode.spoken.speech import SpeechRules, WrittenWord, spoken_forms


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """A studio with one episode, `studio/one`."""
    (tmp_path / "studio" / "one").mkdir(parents=True)
    return tmp_path / "studio"


def said(studio: Path, text: str, language: str = "en", config: Path | None = None) -> str:
    (studio / "one" / "script.md").write_text(f"---\nlanguage: {language}\n---\n# A\n\n{text}\n", "utf-8")
    (line,) = read_episode(studio / "one", config).scenes[0].lines
    return " ".join(word.spoken for word in line.words)


def test_the_nearest_pronunciation_wins_word_by_word(studio: Path) -> None:
    (studio / "lectern.toml").write_text('[pronunciation]\nuv = "far"\nruff = "rough"\nty = "tee why"\n')
    (studio / "pronunciation.toml").write_text('ty = "tie"\n')
    (studio / "one" / "pronunciation.toml").write_text('uv = "you vee"\n')
    assert said(studio, "uv, ruff and ty.") == "you vee, rough and tie."
    (studio / "one" / "lectern.toml").write_text('[pronunciation]\nruff = "roof"\nuv = "not this"\n')
    assert said(studio, "uv, ruff and ty.") == "you vee, roof and tie."


def test_settings_that_are_named_replace_those_of_the_studios(studio: Path, tmp_path: Path) -> None:
    (studio / "lectern.toml").write_text('[pronunciation]\nuv = "studio"\n')
    (studio / "one" / "pronunciation.toml").write_text('ty = "tie"\n')
    (tmp_path / "other.toml").write_text('[pronunciation]\nuv = "other"\n')
    assert said(studio, "uv ty", config=tmp_path / "other.toml") == "other tie"


@pytest.mark.parametrize(("text", "how"), [
    ("uv UV Uv uvs", "you vee you vee you vee uvs"),
    ("Go, go!", "golang, go!"),
    ("uv's (uv) uv-based", "you vee's (you vee) you vee-based"),
    ("`uv_init` `uv add`", "you vee init you vee add"),
    ("uv.lock my_uv", "you vee dot lock my you vee"),
    ("node.js, `node.js`", "node jay ess, node jay ess"),
    ("Q# and Q.", "cue sharp and Q."),
    ("JSON", "jason"),
    ("3.11 and 3.12", "three eleven and three point one two"),
    ("Hugging Face’s, hugging face", "hugging fah-ss's, hugging face"),
    ("Hugging Face.", "hugging fah-ss."),
    ("Use uv pip now.", "Use yuvie pip now."),
    ("uv, pip", "you vee, pip"),
    ("the uv{say: tool} pip", "the tool pip"),
    ("*uv* `pip`", "yuvie pip"),
    ("🎉 done", "hooray done"),
    ("10 ms", "ten em ess"),
])  # fmt: skip
def test_words_phrases_and_parts_of_code_are_said_as_the_author_wants(studio: Path, text: str, how: str) -> None:
    (studio / "one" / "pronunciation.toml").write_text(
        'uv = "you vee"\nGo = "golang"\n"node.js" = "node jay ess"\n"Q#" = "cue sharp"\njson = "jason"\n'
        '"3.11" = "three eleven"\n"Hugging Face" = "hugging fah-ss"\n"uv pip" = "yuvie pip"\n"🎉" = "hooray"\nms = "em ess"\n',
        "utf-8",
    )
    assert said(studio, text) == how


def test_elsewhere_only_the_author_says_how(studio: Path) -> None:
    (studio / "one" / "pronunciation.toml").write_text('uv = "u fau"\n"guten tag" = "moin moin"\n')
    german = "Um 10:30 kostet „uv“ 3,5 % & JSON — `uv_run`: guten Tag, 3–5 z.{say: zum} B."
    assert said(studio, german, "de") == "Um 10:30 kostet u fau 3,5 % & JSON, u fau_run: moin moin, 3–5 zum. B."
    assert said(studio, "5 ms", "en-GB") == "five milliseconds"


def test_wrong_pronunciations_are_told_with_their_lines(studio: Path) -> None:
    (studio / "lectern.toml").write_text('[film]\nfps = 25\n[pronunciation]\nnode.js = "x"\nuv = 3\n')
    (studio / "one" / "pronunciation.toml").write_text('a = ""\n"new york" = "nyork"\n\n"--" = "dash"\n')
    with pytest.raises(EpisodeErrors) as caught:
        said(studio, "Hello.")
    assert str(caught.value).split("\n") == [
        '../lectern.toml:4: "node" is a table here; put a word with a dot into quotes: "node.js" = "..."',
        '../lectern.toml:5: "uv": a pronunciation is a text in quotes, like "you vee", not 3',
        'pronunciation.toml:1: "a" = "": a word and its pronunciation need at least one letter or digit',
        'pronunciation.toml:2: "new york" has 2 words, so its pronunciation needs 2 or more; "nyork" has 1',
        'pronunciation.toml:4: "--" = "dash": a word and its pronunciation need at least one letter or digit',
    ]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("pronunciation.toml", "uv = \n", "pronunciation.toml:1: this is not TOML: Invalid value"),
        (
            "pronunciation.toml",
            '[pronunciation]\nuv = "x"\n',
            'pronunciation.toml:1: "pronunciation" is a table here; put a word with a dot into quotes: "pronunciation.uv" = "..."',
        ),
        ("lectern.toml", 'pronunciation = "x"\n', 'lectern.toml:1: "pronunciation" is a table: write [pronunciation]'),
    ],
)
def test_a_broken_dictionary_is_told_with_its_line(studio: Path, file: str, text: str, message: str) -> None:
    (studio / "one" / file).write_text(text)
    with pytest.raises(EpisodeErrors) as caught:
        said(studio, "Hello.")
    assert str(caught.value) == message


def test_a_faulty_script_and_a_faulty_dictionary_are_told_together(studio: Path) -> None:
    (studio / "one" / "pronunciation.toml").write_text('uv = ""\n')
    with pytest.raises(EpisodeErrors, match=r"(?s)pronunciation.toml:1.*script.md:6"):
        said(studio, "Hello {say: x y.")


def test_a_phrase_is_shared_by_its_words() -> None:
    assert share_respelling("you vee pip", 2) == ["you vee", "pip"]
    assert share_respelling("a b c d e", 3) == ["a b", "c", "d e"]
    assert share_respelling("a b", 2) == ["a", "b"]


def test_an_entry_in_small_letters_is_meant_in_any_case_and_the_exact_one_goes_first() -> None:
    dictionary = Dictionary(merge_entries([[("go", "any")], [("Go", "exact"), ("go", "farther")]]))
    assert [dictionary.get(word) for word in ("go", "GO", "Go", "gone")] == ["any", "any", "exact", None]


def test_phonemes_between_slashes_are_for_every_voice(studio: Path) -> None:
    (studio / "one" / "pronunciation.toml").write_text('uv = "/ˈjuː viː/"\n', "utf-8")
    words = said(studio, "uv, uv-based ty{say: /tˈI/}.")
    uv = f"{OPEN}ˈjuː{CLOSE} {OPEN}viː{CLOSE}"
    assert words == f"{uv}, {uv}-based {OPEN}tˈI{CLOSE}."
    assert respelled(words) == "yoo vee, yoo vee-based teye."
    assert in_espeak_letters(words) == "[['ju:]] [[vi:]], [['ju:]] [[vi:]]-based [[t'aI]]."


def test_what_an_author_writes_can_not_pass_for_phonemes() -> None:
    (word,) = spoken_forms([WrittenWord(((f"{OPEN}x{CLOSE}", True),))], SpeechRules())
    assert OPEN not in word and CLOSE not in word


@pytest.mark.parametrize("said", ["/j9/", "/ˈ ː/"])
def test_phonemes_that_no_voice_knows_are_a_fault(said: str) -> None:
    assert said in phonetic_fault(said)
