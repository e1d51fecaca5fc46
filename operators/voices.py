"""The voices that can speak here: listing them, hearing one, and giving one to a character."""

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import background
from ..addon.properties import LecternVoice, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.characters.voice import give_voice
from ..pipeline.episode.speaking import sample_text
from .bases import ChangeOperator, CommandOperator
from .poll_messages import building, can_run, no_episode


class LECTERN_OT_list_voices(CommandOperator):
    """List the voices that can speak on this computer: those of the episode's language, or of all languages"""

    bl_idname = "lectern.list_voices"
    bl_label = "List Voices"

    every: BoolProperty(name="All Languages", description="List the voices of all languages", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start ``lectern voices``."""
        return background.list_voices(open_episode_folder(context), self.every)

    def failure(self, context: bpy.types.Context) -> str:
        """Return why the voices can't be listed."""
        return context.window_manager.lectern.voices_error


class LECTERN_OT_hear_voice(CommandOperator):
    """Hear the selected voice say a sentence"""

    bl_idname = "lectern.hear_voice"
    bl_label = "Hear Voice"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected voice can speak here."""
        row = selected_voice(context)
        return can_run(cls, no_episode(context), _nobody(row), row.missing if row else "")

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start recording the sentence. Raises LecternError if no voice is selected."""
        row = _required_voice(context)
        language = row.about.partition(",")[0]
        who = ("--voice", row.name, "--language", language)
        return background.play_sample(open_episode_folder(context), sample_text(language), *who)

    def failure(self, context: bpy.types.Context) -> str:
        """Return why the sentence could not be heard."""
        return context.window_manager.lectern.sample_error


class LECTERN_OT_give_voice(ChangeOperator):
    """Have the selected character speak with the selected voice, from the next build on"""

    bl_idname = "lectern.give_voice"
    bl_label = "Give to Character"

    character: StringProperty(
        name="Character", description="Name the character by its id. Leave it empty for the selected one",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    voice: StringProperty(
        name="Voice", description="Name the voice. Leave it empty for the selected one", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open that is not being built."""
        return can_run(cls, no_episode(context), building(context))

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the voice into the character's file."""
        panel = context.window_manager.lectern
        rows = panel.characters
        id = self.character or (rows[panel.active_character].name if panel.active_character < len(rows) else "")
        voice = self.voice or _required_voice(context).name
        give_voice(open_episode_folder(context), id, voice)
        self.report({"INFO"}, f"{id} speaks with {voice} from the next build on")


def selected_voice(context: bpy.types.Context) -> LecternVoice | None:
    """Return the selected row of the list of voices."""
    panel = context.window_manager.lectern
    return panel.voices[panel.active_voice] if 0 <= panel.active_voice < len(panel.voices) else None


def _nobody(row: LecternVoice | None) -> str:
    return "" if row else "No voice is selected: list them first"


def _required_voice(context: bpy.types.Context) -> LecternVoice:
    row = selected_voice(context)
    if row is None:
        raise LecternError(_nobody(row))
    return row


CLASSES = (LECTERN_OT_list_voices, LECTERN_OT_hear_voice, LECTERN_OT_give_voice)
