-- What went wrong, as data: the JSON of a RecordedError. Empty where the message in "error" is all there is.

ALTER TABLE jobs ADD COLUMN fault TEXT NOT NULL DEFAULT '';
