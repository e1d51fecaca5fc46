"""The tools that agents have: each calls a function of the studio. What is here is their names, arguments and descriptions."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ..base.frozen import Frozen
from ..studio import (
    activity as seen_and_heard,
    doctor as parts,
    elements,
    estimate as costs,
    export as exports,
    places,
    plan_edit as plans,
    proposals,
    reading,
    started_jobs,
    status as state,
    stills,
    takes as voices,
    usage as ledger,
)
from ..studio.check import Diagnostic, check as checked
from .tool import Marks, Tool

Id = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=1000)]
File = Annotated[str, Field(max_length=1000)]
Cursor = Annotated[str, Field(max_length=20, description="next_cursor of the last answer")]
ChangeId = Annotated[str, Field(pattern="^[0-9a-f]{8}$", description="the whole id that plan_edit answered")]
JobId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$", description="chosen by you; the same id is the same job")]
Fraction = Annotated[float, Field(ge=0.01, le=1)]
Point = Annotated[float, Field(ge=-1, le=1, description="0..1 of the frame, -1: not given")]
Seconds = Annotated[float, Field(ge=-1, le=1e6)]
Frame = Annotated[int, Field(ge=-1, le=10_000_000)]
Width = Annotated[int, Field(ge=160, le=1920)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Place = Annotated[int, Field(ge=0, le=100_000)]
Wait = Annotated[float, Field(ge=0, le=25, description="seconds")]
LOOK, CHANGE = Marks(read_only=True), Marks(read_only=False, destructive=True)
PROPOSE = Marks(read_only=False)


class PartsFound(Frozen):
    """What was found of every part that Lectern needs."""

    parts: tuple[parts.Finding, ...]


class Checked(Frozen):
    """What a check of the script found; `permissions` are things that a person has to allow before a build."""

    problems: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    notes: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    permissions: int = 0


# Know


def status(folder: Path, since: Id = "") -> state.Status:
    """Tell how the episode stands: revision, stale scenes, faults, jobs, last film.

    Start here; pass the revision as `since` to poll cheaply.
    """
    return state.status(folder, since)


def doctor(folder: Path) -> PartsFound:
    """Try out browser, Blender, voice and FFmpeg on this computer, and say how to mend what is missing. Takes seconds."""
    return PartsFound(parts=parts.doctor())


def list(folder: Path, kind: reading.Listing = "scenes", cursor: Cursor = "") -> reading.ListPage:
    """List scenes, marks, files, characters, takes, designed clips, scenarios, or outputs (film, subtitles …), by their ids."""
    return reading.list_things(folder, kind, cursor)


def read(
    folder: Path, file: File = "script.md", first: Count = 1, lines: Annotated[int, Field(ge=1, le=2000)] = 200
) -> reading.TextSlice:
    """Read lines of a file of the episode, with the hash of the whole file. last < lines: read on from last + 1."""
    return reading.read_slice(folder, file, first, lines)


def search(folder: Path, text: Words, cursor: Cursor = "") -> reading.SearchPage:
    """Find words in the script, in what is said and in what overlays show, with lines, strips and times of the last build."""
    return reading.search(folder, text, cursor)


def locate(
    folder: Path, mark: Annotated[str, Field(max_length=200, description="SCENE/MARK")] = "", words: Words = "",
    line: Annotated[int, Field(ge=0, le=1_000_000, description="of script.md")] = 0, strip: Id = "", frame: Frame = -1,
    seconds: Seconds = -1.0, x: Point = -1.0, y: Point = -1.0,
) -> places.Located:  # fmt: skip
    """Convert between mark, spoken words, script line, strip, frame, seconds and point of the picture.

    Give one; add x and y to see only what is at that point. Times are of the last build: locate anew after each.
    """
    return places.locate(folder, mark=mark, words=words, line=line, strip=strip, frame=frame, seconds=seconds, x=x, y=y)


def timeline(
    folder: Path, scene: Id = "", first: Frame = 0, last: Frame = 0, cursor: Cursor = ""
) -> places.TimelineCode:
    """Show strips of the last build as code, one a line, without defaults: of a scene, or of frames first to last (0: the end)."""
    return places.timeline_code(folder, scene, max(first, 0), max(last, 0), cursor)


def explain(folder: Path, strip: Id) -> elements.ElementCard:
    """Say why a strip is when and where it is: its line of the script, the solver's reason, what a person has set by hand."""
    return places.explain(folder, strip)


# Change


def plan_edit(
    folder: Path, operations: Annotated[tuple[plans.Operation, ...], Field(min_length=1, max_length=100)],
    why: Annotated[str, Field(min_length=1, max_length=2000, description="the reason, for the person")],
    run: Id = "",
) -> plans.Planned:  # fmt: skip
    """Propose a batch of edits as one change; writes no file of the episode.

    The grammar checks it; the answer has a diff and an id for apply_edit. Operations: write {file,text}, replace
    {file,find,text,every}, delete {file}; set {strip,property,value}, reset {strip,property} for strips of the last
    build; choose {line,take}: speak a line by this recording, as takes lists them. Alone: branch, switch, merge {scenario}:
    begin, go to, or bring in a branch of the script. Prefer replace. Give the `hash` that read answered.
    """
    return plans.plan_edit(folder, operations, why, run)


def apply_edit(folder: Path, id: ChangeId) -> proposals.Decision:
    """Apply a planned change: all its files or none, read back; says what changed, shifted and vanished.

    If the answer was lost, ask again: it applies once. "unknown" is not success.
    """
    return proposals.apply_edit(folder, id, plans.AGENT)


def revert(folder: Path, id: ChangeId) -> proposals.Decision:
    """Take an applied change back, out of what the files have become since. Asked again, it is taken back once."""
    return proposals.revert_edit(folder, id, plans.AGENT)


def history(folder: Path, cursor: Cursor = "") -> proposals.HistoryPage:
    """List changes, newest first: who, why, files, state."""
    return proposals.history(folder, cursor)


def diff(
    folder: Path, id: Annotated[str, Field(pattern="^[a-z0-9-]{1,60}$")], to: Literal["proposed", "now"] = "proposed",
    cursor: Cursor = "",
) -> proposals.DiffPage:  # fmt: skip
    """Show the unified diff of a change; to "now": from before it to the files as they are. Of a scenario: from here to it."""
    return proposals.diff(folder, id, to, cursor)


def conflicts(
    folder: Path, id: ChangeId,
    take: Annotated[tuple[Place, ...] | None, Field(description="overlaps to take as proposed, counted from 0")] = None,
) -> plans.Conflicts:  # fmt: skip
    """Show where a proposed change meets what somebody wrote meanwhile, with both values.

    With take: also propose it anew on the files as they are (`resolution`); overlaps that are not in take stay. Apply the new id.
    """
    return plans.conflicts(folder, id, take)


# See and hear


def see_frame(
    folder: Path, seconds: Seconds = -1.0, frame: Frame = -1, boxes: bool = False, width: Width = 960
) -> stills.Still:
    """See one still of the film with frame number and 0-1 grid; boxes: outline strips with their ids.

    About 1,000 tokens; use activity or see_sheet first.
    """
    return stills.see_frame(folder, seconds, frame, boxes, width)


def see_sheet(
    folder: Path, at: Annotated[tuple[Annotated[float, Field(ge=0, le=1e6)], ...], Field(max_length=24, description="seconds")] = (),
    scene: Id = "", cell: Annotated[int, Field(ge=120, le=480, description="px")] = 320,
) -> stills.Still:  # fmt: skip
    """See one labelled contact sheet: at given times, 12 through a scene, or the middle of each scene."""
    return stills.see_sheet(folder, at, scene, cell)


def activity(
    folder: Path, start: Seconds = 0.0, end: Seconds = 0.0, step: Annotated[float, Field(ge=0.05, le=60)] = 1.0
) -> seen_and_heard.Activity:
    """Read the film as text per step: change, motion and its box, loudness, texts that a narrator covers, words; at most 120 rows.

    Cheapest way to look.
    """
    return seen_and_heard.activity(folder, max(start, 0.0), max(end, 0.0), step)


def see_wave(folder: Path, start: Seconds = 0.0, end: Seconds = 0.0) -> stills.Still:
    """See the waveform of a stretch (at most a minute) with words and marks; their times are in the text, too."""
    return seen_and_heard.see_wave(folder, max(start, 0.0), max(end, 0.0))


def place(folder: Path, scene: Id, width: Fraction, height: Fraction) -> places.FreePlaces:
    """Find where a box (fractions of the frame) hides least in a scene, and what is in the way."""
    return places.free_places(folder, scene, width, height)


# Make


def rehearse(folder: Path, id: JobId) -> started_jobs.LongJob:
    """Start doing the steps of all captures fast, without filming, under your id: job says which can't be done, and why.

    Refused if a person must allow something first.
    """
    return started_jobs.start_work(folder, id, "rehearse")


def say(
    folder: Path, text: Annotated[str, Field(min_length=1, max_length=2000)], character: Id = "ada",
    language: Annotated[str, Field(max_length=20)] = "",
) -> voices.SaidLine:  # fmt: skip
    """Speak one line as a character into a WAV file, to try how it sounds. Free and trusted voices only."""
    return voices.say_line(folder, text, character, language)


def takes(folder: Path, scene: Id = "", line: Id = "", cursor: Cursor = "") -> voices.TakesPage:
    """List takes by scene or line; of a line also the person's own recordings, for plan_edit's choose."""
    return voices.takes(folder, scene, line, cursor)


def estimate(folder: Path) -> costs.Estimate:
    """Tell how long the film will be, the share that must be made anew, and the price of its lines."""
    return costs.estimate_build(folder)


def usage(
    folder: Path, by: ledger.Grouping = "model",
    since: Annotated[str, Field(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description="a day, like 2026-11-30")] = "",
) -> ledger.UsageReport:  # fmt: skip
    """Tell what services were asked for this episode, what that used and cost, and its budget."""
    return ledger.usage(folder, by=by, since=since)


def build(folder: Path, id: JobId) -> started_jobs.LongJob:
    """Start building the film under your id; returns at once, survives this server. Then ask job.

    Refused if a person must allow something first: tell them.
    """
    return started_jobs.start_work(folder, id, "build")


def job(folder: Path, id: JobId, wait: Wait = 0.0) -> started_jobs.LongJob:
    """Tell how a job stands, after at most `wait` seconds. Only state "done" is success; "unknown" is not."""
    return started_jobs.job(folder, id, wait)


def cancel(folder: Path, id: JobId) -> started_jobs.LongJob:
    """End one job; what is finished is kept."""
    return started_jobs.cancel(folder, id)


def check(folder: Path) -> Checked:
    """Check the script before a build: problems stop it, findings are likely slips, with lines and what to write instead."""
    found = checked(folder, film=False)
    return Checked(
        problems=found.problems[:30], findings=found.findings[:30], notes=found.notes[:20], seconds=found.seconds,
        permissions=len(found.permissions),
    )  # fmt: skip


def verify(folder: Path, id: JobId) -> started_jobs.LongJob:
    """Start measuring and listening to the finished film, under your id; ask job for score and findings."""
    return started_jobs.start_work(folder, id, "verify")


def export(folder: Path) -> exports.Exported:
    """Write the timeline of the last build as OpenTimelineIO (renders/film.otio) for other editors; says what it can't carry."""
    return exports.export(folder)


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        *(Tool(call, LOOK) for call in (status, doctor, list, read, search, locate, timeline, explain)),
        Tool(plan_edit, PROPOSE), Tool(apply_edit, CHANGE), Tool(revert, CHANGE),
        *(Tool(call, LOOK) for call in (history, diff)), Tool(conflicts, PROPOSE),
        *(Tool(call, LOOK) for call in (see_frame, see_sheet, see_wave, activity, place)),
        Tool(rehearse, PROPOSE), Tool(say, PROPOSE), Tool(takes, LOOK), Tool(estimate, LOOK), Tool(usage, LOOK),
        Tool(build, PROPOSE), Tool(job, LOOK),
        Tool(cancel, CHANGE), Tool(check, LOOK), Tool(verify, PROPOSE), Tool(export, PROPOSE),
    )
}  # fmt: skip
"""All tools by name, in the order of need."""
