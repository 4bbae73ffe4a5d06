-- The last lines of a try that said a lot: a piece that is written anew as the try goes on.
ALTER TABLE caravan.dag_log ADD COLUMN tail boolean NOT NULL DEFAULT false;
