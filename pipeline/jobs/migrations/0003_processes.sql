-- The process that asked, beside its run: whether it still lives says whether its jobs are wanted. What runs of an older
-- Lectern asked for is forgotten; whoever still wants it asks again.

DELETE FROM asks;
ALTER TABLE asks ADD COLUMN process TEXT NOT NULL DEFAULT '';
