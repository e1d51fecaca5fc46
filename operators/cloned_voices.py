"""The button that makes a voice from a recording of a person."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import background
from ..addon.properties import edited_scene, episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.services.cloned_voices import OWN_VOICE, consent_statement
from .bases import CommandOperator
from .poll_messages import can_run


class LECTERN_OT_clone_voice(CommandOperator):
    """Make a voice from a recording of 10 to 60 seconds. It is kept in your profile, and every character of yours can speak with it"""

    bl_idname = "lectern.clone_voice"
    bl_label = "Clone a Voice"

    file: StringProperty(
        name="Recording", subtype="FILE_PATH", options={"SKIP_SAVE"},
        description="Choose a recording in which one person speaks for 10 to 60 seconds",
    )  # fmt: skip
    voice: StringProperty(
        name="Name", description="Choose what characters call the voice: small letters, digits and hyphens",
        default="my-voice", options={"SKIP_SAVE"},
    )  # fmt: skip
    provider: StringProperty(
        name="Made With", options={"SKIP_SAVE"},
        description="Name the service or program that makes the voice, such as elevenlabs. Leave it empty for the one that is set up",
    )  # fmt: skip
    whose: StringProperty(
        name="Whose Voice", description="Name the person whose voice it is", default=OWN_VOICE, options={"SKIP_SAVE"}
    )
    text: StringProperty(
        name="What Is Said", options={"SKIP_SAVE"},
        description="Write what is said in the recording, word by word. Some services have to know it",
    )  # fmt: skip
    consent: BoolProperty(
        name="The voice may be cloned", default=False, options={"SKIP_SAVE"},
        description="Confirm that it is your own voice, or that its owner has agreed. This is stored with the voice",
    )  # fmt: skip

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether no other voice is being cloned."""
        busy = "A voice is being cloned: wait for it" if context.window_manager.lectern.is_cloning else ""
        return can_run(cls, busy)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the recording, whose voice it is, and whether it may be cloned."""
        self._is_dialog_shown = True
        return context.window_manager.invoke_props_dialog(
            self, width=460, title="Clone a Voice", confirm_text="Clone the Voice"
        )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        layout = self.layout
        layout.use_property_split = True
        for name in ("file", "voice", "provider", "whose", "text"):
            layout.prop(self, name)
        layout.use_property_split = False
        layout.prop(self, "consent", text=consent_statement(self.whose or OWN_VOICE))
        layout.label(text="The recording is sent to the service that makes the voice, and to nobody else.")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Clone the voice. Waits for it, unless the dialog was shown."""
        if getattr(self, "_is_dialog_shown", False):
            return super().invoke(context, None)
        return super().execute(context)

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start ``lectern voice clone``. Raises LecternError if nobody has said that the voice may be cloned."""
        if not self.consent:
            raise LecternError("A voice is cloned only if its owner agrees: tick that it may be cloned")
        if not self.file:
            raise LecternError("Choose the recording from which the voice is made")
        scene = edited_scene(context)
        folder = (scene and episode_folder(scene)) or Path(bpy.app.tempdir)
        whose = self.whose or OWN_VOICE
        given = {
            "--with": self.provider, "--text": self.text, "--whose": whose, "--consent": consent_statement(whose),
            "--in": str(folder),
        }  # fmt: skip
        options = [part for name, value in given.items() if value for part in (name, value)]
        return background.clone_voice(self.voice, bpy.path.abspath(self.file), *options)

    def failure(self, context: bpy.types.Context) -> str:
        """Return why the voice was not cloned."""
        return context.window_manager.lectern.clone_error


CLASSES = (LECTERN_OT_clone_voice,)
