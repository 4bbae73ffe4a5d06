-- Recorded traces of a single vehicle: one measured value a line, as {"name": ..., "value": ..., "timestamp": ...}.
CREATE TABLE telematics.trace (
    name        text        NOT NULL,
    value       jsonb       NOT NULL,                 -- a number, a text or a truth value
    measured_at timestamptz NOT NULL,
    event       jsonb,
    loaded_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (measured_at, name, value)
);

CREATE INDEX trace_by_name ON telematics.trace (name, measured_at DESC);
