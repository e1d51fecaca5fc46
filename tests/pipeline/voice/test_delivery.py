"""How sentences are delivered: which phonemes last longer, are higher and louder, without a model."""

import numpy as np
import pytest

from lectern.pipeline.voice.delivery import (
    OPEN_RISE,
    RISE,
    STRESSED_PITCH,
    delivery_of,
    rise_of,
    stressed_phonemes,
    with_gain,
)
from lectern.pipeline.voice.onnx_edit import added_input, added_node, exposed_output, renamed_result


def semitones(delivery):
    return 12 * np.log2(delivery.pitch)


def test_an_emphasised_word_is_slower_higher_and_louder_and_its_stressed_vowel_most():
    text, owners = "ðˈɪs kˈɑpi", (0, 0, 0, 0, 1, 1, 1, 1, 1, 1)
    found = delivery_of(text, owners, emphasised=[1])
    assert (found.tempo[:5] == 1).all() and (found.pitch[:5] == 1).all() and (found.gain[:5] == 0).all()
    assert (found.tempo[5:-1] < 0.9).all() and (found.gain[5:-1] == 3).all()
    assert np.flatnonzero(found.tempo == found.tempo.min()).tolist() == [7, 8]
    assert semitones(found).max() == pytest.approx(STRESSED_PITCH, abs=0.01)


@pytest.mark.parametrize(
    ("weak", "strong"),
    [("nˌɑt", "nˈɑt"), ("ðə", "ðˈi"), ("ɐ", "ˈA"), ("ɪz,", "ˈɪz,"), ("kˈɑpi", "kˈɑpi"), ("tə", "tˈu"), ("…", "…")],
)
def test_an_emphasised_word_has_a_stress(weak, strong):
    assert stressed_phonemes(weak) == strong


@pytest.mark.parametrize(
    ("text", "rise"),
    [
        ("It moves.", 0),
        ("It moves?", RISE),
        ('"Is this it?"', RISE),
        ("Why does it fail?", OPEN_RISE),
        ("So, what’s next?", OPEN_RISE),
        ("In which file is it?", OPEN_RISE),
        ("Whatever it is?", RISE),
        ("Really?!", RISE),
    ],
)
def test_a_question_rises_and_one_with_a_question_word_less(text, rise):
    assert rise_of(text.split()) == rise


def test_the_rise_begins_with_the_last_stress_and_is_reached_by_the_last_vowel():
    text = "ɪt mˈuvz nˈW?"
    found = semitones(delivery_of(text, [0] * len(text), rise=6.0))
    assert (found[: text.rindex("ˈ") + 1] == 0).all() and found[text.index("W") + 1] == pytest.approx(6, abs=0.01)
    assert found[text.rindex("ˈ") + 1] == pytest.approx(3, abs=0.01)


def test_signs_within_a_sentence_are_rests_and_one_before_what_is_revealed_is_longer():
    text = "a: b, c d e f; g."
    owners = [sum(c == " " for c in text[:at]) for at in range(len(text))]
    found = 1 / delivery_of(text, owners).tempo[1:-1]
    assert [round(float(found[text.index(sign)]), 1) for sign in ":,;."] == [4, 2, 3, 1]
    assert 1 / delivery_of(text, owners, emphasised=[1]).tempo[text.index(":") + 1] == pytest.approx(6)
    assert 1 / delivery_of("a: b.", (0, 0, 1, 1, 1)).tempo[2] == pytest.approx(6)


def test_speed_and_pitch_are_those_of_the_whole_sentence():
    found = delivery_of("ab", (0, 0), speed=0.8, pitch=12)
    assert found.tempo == pytest.approx([0.8] * 4) and found.pitch == pytest.approx([2] * 4)


def test_loudness_changes_without_a_step():
    sound = np.ones(40 * 600, np.float32)
    louder = with_gain(sound, (10, 20, 10), np.array([0, 6, 0], np.float32), 600, 1200)
    assert louder[:3600] == pytest.approx(1) and louder[12000] == pytest.approx(10 ** (6 / 20), abs=1e-4)
    assert louder[4800] == pytest.approx(louder[16800], abs=0.01) and np.abs(np.diff(louder)).max() < 0.002
    assert with_gain(sound, (40,), np.zeros(1, np.float32), 600, 1200) is sound


def test_a_model_is_changed_by_fields_behind_it_and_names_of_the_same_length_in_it():
    assert exposed_output("ab") == b"\x3a\x06\x62\x04\x0a\x02ab"
    assert added_node("Mul", ("a", "b"), "c") == b"\x3a\x10\x0a\x0e\x0a\x01a\x0a\x01b\x12\x01c\x22\x03Mul"
    assert renamed_result(b"..\x12\x02f0..\x0a\x02f0", "f0", "f_") == b"..\x12\x02f_..\x0a\x02f0"
    assert added_input("ab", 1) == b"\x3a\x10\x5a\x0e\x0a\x02ab\x12\x08\x0a\x06\x08\x01\x12\x02\x0a\x00"
    with pytest.raises(ValueError, match="0 nodes"):
        renamed_result(b"another model", "f0", "f_")
