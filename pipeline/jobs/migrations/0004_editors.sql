-- Blenders that have the episode open: a build asks them to write down what is not saved, before it reads that.

CREATE TABLE editors (
    process  TEXT PRIMARY KEY,
    unsaved  INTEGER NOT NULL CHECK (unsaved IN (0, 1)),
    question TEXT NOT NULL DEFAULT '',
    answered TEXT NOT NULL DEFAULT '',
    fault    TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
