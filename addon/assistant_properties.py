"""Properties of the panels for language models and agents: what is chosen for a question, ideas, and how agents find the episode."""

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, StringProperty

from ..pipeline.services.chat.settings import Thinking

AS_SET = "SET"
"""What is chosen where lectern.toml decides."""
_THINKING: dict[Thinking, str] = {
    "off": "It answers at once",
    "low": "It thinks a little before it answers",
    "medium": "It thinks before it answers",
    "high": "It thinks long before it answers, which takes longer and costs more",
}
_shown: list[tuple[str, str, str]] = []
"""The prompts to choose from; Blender keeps no texts of its own of a menu that changes."""


def _prompts(assistant: "LecternAssistant", _: object) -> list[tuple[str, str, str]]:
    variants = [name for name in assistant.prompt_ids.split() if "." in name]
    _shown[:] = [(AS_SET, "Usual Prompt", "What is asked where nothing else is chosen")]
    _shown.extend((name, name, f"prompts/{name}.json, where that is asked") for name in variants)
    return _shown


class LecternIdea(bpy.types.PropertyGroup):
    """An idea for a film (`name`: its title): what it would show, the reason, and the files that speak for it."""

    idea: StringProperty()
    reason: StringProperty()
    files: StringProperty()


class LecternAssistant(bpy.types.PropertyGroup):
    """What is chosen for a question, the ideas for a `project`, and what was planned; nothing of it is saved.

    `thread` is the conversation that is shown ("": the newest), `begins` whether the next wish begins a new one. `settings` and
    `command` are what makes the episode known to an agent, `note` is what is missing for that.
    """

    model: StringProperty(name="Model", description="Another model of the same service. Empty: as it is set")
    thinking: EnumProperty(
        name="Thinking", description="How much the model thinks before it answers",
        items=((AS_SET, "Thinking as Set", "As lectern.toml says, or the service does"),
               *((level, f"Thinking {level.title()}", about) for level, about in _THINKING.items())),
    )  # fmt: skip
    prompt: EnumProperty(name="Prompt", description="Which variant of a prompt is asked", items=_prompts)
    prompt_ids: StringProperty()
    thread: StringProperty()
    begins: BoolProperty()
    project: StringProperty(
        name="Project", description="The folder of the project that the films are about", subtype="DIR_PATH"
    )
    ideas: CollectionProperty(type=LecternIdea)
    working: StringProperty()
    failed: StringProperty()
    planned: StringProperty()
    settings: StringProperty()
    command: StringProperty()
    note: StringProperty()

    def chosen(self, *kinds: str) -> tuple[str, ...]:
        """Return what was chosen as options of a command that asks prompts of these `kinds`."""
        prompt = self.prompt if self.prompt.partition(".")[0] in kinds else ""
        options = {"--model": self.model.strip(), "--prompt": prompt}
        options["--thinking"] = "" if self.thinking == AS_SET else self.thinking
        return tuple(part for name, value in options.items() if value for part in (name, value))


CLASSES = (LecternIdea, LecternAssistant)
