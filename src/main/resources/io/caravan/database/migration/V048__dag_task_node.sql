-- Which node did the newest try of a task, kept when the worker has let go of it or is gone
ALTER TABLE caravan.dag_task ADD COLUMN node text;
