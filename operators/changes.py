"""Changes that somebody has proposed: applying, refusing and taking them back; and scenarios, the branches of the script."""

from collections.abc import Sequence
from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty

from ..addon.build import save_edits
from ..addon.properties import LecternChange, edited_scene, open_episode_folder
from ..addon.script_undo import PERSON
from ..addon.sequencer.owned import remembered
from ..addon.texts import show_text
from ..pipeline.base.errors import LecternError
from ..pipeline.changes.scenarios import Scenarios
from ..pipeline.changes.store import ChangesetStore
from .bases import ChangeOperator
from .poll_messages import building, can_run, no_episode


class _Decision(ChangeOperator):
    """A decision about changes: the one with the id `change`, or else the selected one."""

    change: StringProperty(
        name="Change", description="Name the change by its id (nothing: the selected one)", options={"SKIP_SAVE"}
    )
    states: Sequence[str] = ("proposed",)
    reason = "It is not proposed"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a change with which this can be done."""
        rows = [row for row in context.window_manager.lectern.changes if row.state in cls.states]
        return can_run(cls, no_episode(context), building(context), "" if rows else cls.reason)

    def make_change(self, context: bpy.types.Context) -> None:
        """Collect what was changed in Blender, and decide. Raises LecternError where that does not fit."""
        folder = open_episode_folder(context)
        if remembered(edited_scene(context)).strips:
            save_edits(folder, edited_scene(context))
        self.decide(ChangesetStore(folder), self.change or _selected(context).name)

    def decide(self, store: ChangesetStore, id: str) -> None:
        """Decide about the change `id`. Raises LecternError where that does not fit."""
        raise NotImplementedError


class LECTERN_OT_apply_change(_Decision):
    """Apply the change: all its files, or none. Where the same places have changed since, nothing is done, and both are shown"""

    bl_idname = "lectern.apply_change"
    bl_label = "Apply"
    states = ("proposed", "reverted", "outdated")
    reason = "Nothing is proposed that could be applied"

    def decide(self, store: ChangesetStore, id: str) -> None:
        """Apply it."""
        store.apply(id, PERSON)


class LECTERN_OT_refuse_change(_Decision):
    """Refuse the proposed change. The files stay as they are"""

    bl_idname = "lectern.refuse_change"
    bl_label = "Refuse"
    states = ("proposed", "reverted", "outdated")
    reason = "Nothing is proposed that could be refused"

    def decide(self, store: ChangesetStore, id: str) -> None:
        """Put it away."""
        store.refuse(id, PERSON)


class LECTERN_OT_revert_change(_Decision):
    """Take an applied change back; what has changed elsewhere since stays"""

    bl_idname = "lectern.revert_change"
    bl_label = "Revert"
    states = ("applied",)
    reason = "Nothing was applied that could be taken back"

    def decide(self, store: ChangesetStore, id: str) -> None:
        """Take it back."""
        store.revert(id, PERSON)


class LECTERN_OT_replay_change(_Decision):
    """Go back or forward in history, change by change, to the state after this one"""

    bl_idname = "lectern.replay_change"
    bl_label = "Go to This State"
    states = ("applied", "reverted")
    reason = "Nothing was applied that could be gone back to"

    def decide(self, store: ChangesetStore, id: str) -> None:
        """Revert what came after it, or apply it and what came before it again."""
        store.replay(id, PERSON)


class LECTERN_OT_apply_all_changes(_Decision):
    """Apply all proposed changes, the oldest first. Stops at one that does not fit"""

    bl_idname = "lectern.apply_all_changes"
    bl_label = "Apply All"

    def decide(self, store: ChangesetStore, id: str) -> None:
        """Apply them. A proposal to switch to a scenario is not among them: it would replace the rest."""
        for change in store.all():
            if change.state == "proposed" and not change.scenario:
                store.apply(change.id, PERSON)


class LECTERN_OT_show_change(bpy.types.Operator):
    """Show the whole diff of the selected change in the text editor"""

    bl_idname = "lectern.show_change"
    bl_label = "Show in Text Editor"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a change."""
        none = "" if context.window_manager.lectern.changes else "There are no changes"
        return can_run(cls, no_episode(context), none)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Show it."""
        row = _selected(context)
        show_text(f"{row.name}.diff", row.diff)
        return {"FINISHED"}


def _selected(context: bpy.types.Context) -> LecternChange:
    """Return the selected change. Raises LecternError if there is none."""
    panel = context.window_manager.lectern
    if panel.active_change >= len(panel.changes):
        raise LecternError("No change is selected")
    return panel.changes[panel.active_change]


class _ScenarioOperator(ChangeOperator):
    """Does something with the scenario `name`."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open and no build is running."""
        return can_run(cls, no_episode(context), building(context))

    def make_change(self, context: bpy.types.Context) -> None:
        """Collect what was changed in Blender, and do it. Raises LecternError where that does not fit."""
        folder = open_episode_folder(context)
        if remembered(edited_scene(context)).strips:
            save_edits(folder, edited_scene(context))
        self.change_scenarios(folder)

    def change_scenarios(self, folder: Path) -> None:
        """Do it. Raises LecternError where that does not fit."""
        raise NotImplementedError


_items: list[tuple[str, str, str]] = []
"""The items of the menu, which Blender wants to be kept."""


def _others(_self: bpy.types.Operator, context: bpy.types.Context) -> list[tuple[str, str, str]]:
    """Return the scenarios that are not current, as the items of a menu."""
    rows = context.window_manager.lectern.scenarios
    _items[:] = [(row.name, row.name, row.about) for row in rows if not row.current]
    return _items


class LECTERN_OT_begin_scenario(_ScenarioOperator):
    """Begin a scenario, a branch of the script, with the script as it is now, and go there"""

    bl_idname = "lectern.begin_scenario"
    bl_label = "New Scenario"

    name: StringProperty(name="Name", description="Small letters, digits and hyphens, like short-intro", maxlen=60)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for its name."""
        return context.window_manager.invoke_props_dialog(self, title="New scenario", confirm_text="Begin")

    def change_scenarios(self, folder: Path) -> None:
        """Begin it."""
        Scenarios(folder).switch(self.name, PERSON, new=True)


class _OtherScenario(_ScenarioOperator):
    """Does something with another scenario than the current one."""

    bl_property = "name"

    name: EnumProperty(name="Scenario", description="Which of the other scenarios", items=_others)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is another scenario."""
        others = len(context.window_manager.lectern.scenarios) > 1
        return can_run(cls, no_episode(context), building(context), "" if others else "There is only one scenario")


class LECTERN_OT_switch_scenario(_OtherScenario):
    """Go to another scenario: its script, its edits and its brief. What you leave stays in the one you leave"""

    bl_idname = "lectern.switch_scenario"
    bl_label = "Switch To"

    def change_scenarios(self, folder: Path) -> None:
        """Go there."""
        Scenarios(folder).switch(self.name, PERSON)


class LECTERN_OT_merge_scenario(_OtherScenario):
    """Bring what was changed in another scenario into this one, as a change that you can revert"""

    bl_idname = "lectern.merge_scenario"
    bl_label = "Merge"

    def change_scenarios(self, folder: Path) -> None:
        """Merge it."""
        store = ChangesetStore(folder)
        store.apply(Scenarios(folder, store).propose_merge(self.name, PERSON).id, PERSON)


class LECTERN_OT_compare_scenario(_OtherScenario):
    """Show in the text editor how another scenario differs from this one"""

    bl_idname = "lectern.compare_scenario"
    bl_label = "Compare With"

    def change_scenarios(self, folder: Path) -> None:
        """Show the diff."""
        show_text(
            f"{self.name}.diff", Scenarios(folder).compare(self.name) or f"There is no difference to {self.name}.\n"
        )


CLASSES = (
    LECTERN_OT_apply_change, LECTERN_OT_refuse_change, LECTERN_OT_revert_change, LECTERN_OT_replay_change,
    LECTERN_OT_apply_all_changes, LECTERN_OT_show_change, LECTERN_OT_begin_scenario, LECTERN_OT_switch_scenario,
    LECTERN_OT_merge_scenario, LECTERN_OT_compare_scenario,
)  # fmt: skip
