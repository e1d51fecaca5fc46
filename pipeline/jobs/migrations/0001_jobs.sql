-- Jobs, what they wait for, and who asked for them. STRICT: quick_check finds a value of the wrong type.

CREATE TABLE lanes (
    name TEXT PRIMARY KEY,
    most INTEGER NOT NULL CHECK (most > 0)
) STRICT, WITHOUT ROWID;

INSERT INTO lanes (name, most) VALUES ('screen', 1);

CREATE TABLE jobs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,
    label      TEXT NOT NULL,
    lane       TEXT REFERENCES lanes (name),
    priority   INTEGER NOT NULL,
    state      TEXT NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    worker     TEXT NOT NULL DEFAULT '',
    progress   REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    error      TEXT NOT NULL DEFAULT '',
    detail     TEXT NOT NULL DEFAULT '',
    added_at   REAL NOT NULL,
    touched_at REAL NOT NULL
) STRICT;

-- A take is made by one job at a time; what failed or was cancelled may be asked for again.
CREATE UNIQUE INDEX jobs_one_a_take ON jobs (kind, key) WHERE state IN ('waiting', 'running', 'done');
CREATE INDEX jobs_by_state ON jobs (state, priority DESC, id);

CREATE TABLE needs (
    job  INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    need INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (job, need)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_by_need ON needs (need);

-- A run is one build of one process. A waiting job that no living run asked for is not wanted any more.
CREATE TABLE asks (
    run      TEXT NOT NULL,
    job      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    asked_at REAL NOT NULL,
    PRIMARY KEY (run, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX asks_by_job ON asks (job);

-- The one state machine: a move that is not in this table is refused.
CREATE TABLE moves (
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (old, new)
) STRICT, WITHOUT ROWID;

INSERT INTO moves (old, new, why) VALUES
    ('waiting', 'running',   'a worker claimed it'),
    ('waiting', 'done',      'its take was found on the disk'),
    ('waiting', 'failed',    'what it needs failed'),
    ('waiting', 'cancelled', 'nobody wants it any more'),
    ('running', 'waiting',   'its worker died or was stopped'),
    ('running', 'done',      'its take is made'),
    ('running', 'failed',    'it could not be made'),
    ('running', 'cancelled', 'a person stopped it'),
    ('done',    'waiting',   'its take is gone from the disk');

CREATE TRIGGER jobs_move BEFORE UPDATE OF state ON jobs
WHEN old.state <> new.state
     AND NOT EXISTS (SELECT 1 FROM moves WHERE moves.old = old.state AND moves.new = new.state)
BEGIN
    SELECT RAISE(ABORT, 'a job can not make this move');
END;
