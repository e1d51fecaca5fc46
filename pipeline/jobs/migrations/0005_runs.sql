-- Runs of models, agents and jobs, and what happens in them. Events are numbered through, so that one number says where a reader is.

CREATE TABLE runs (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'lost')),
    process    TEXT NOT NULL,
    stop       INTEGER NOT NULL DEFAULT 0 CHECK (stop IN (0, 1)),
    about      TEXT NOT NULL DEFAULT '{}',
    result     TEXT NOT NULL DEFAULT '{}',
    error      TEXT NOT NULL DEFAULT '',
    started_at REAL NOT NULL,
    ended_at   REAL
) STRICT;

CREATE TABLE events (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    run  TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    at   REAL NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_by_run ON events (run, seq);

-- What becomes of a job is an event of every run that asked for it and still goes on.
CREATE TRIGGER jobs_tell AFTER UPDATE OF state ON jobs WHEN old.state <> new.state
BEGIN
    INSERT INTO events (run, at, kind, data)
    SELECT runs.id, (julianday('now') - 2440587.5) * 86400.0, 'job',
           json_object('job', new.id, 'kind', new.kind, 'label', new.label, 'state', new.state, 'error', new.error)
    FROM asks JOIN runs ON runs.id = asks.run
    WHERE asks.job = new.id AND runs.state = 'running';
END;
