-- Calls for OAuth2 access tokens are on record too. Where the provider doesn't count them they take no slot: slot_free_at = at.
ALTER TABLE caravan.call
    DROP CONSTRAINT call_purpose_check,
    ADD CONSTRAINT call_purpose_check CHECK (purpose IN ('LIVE', 'BACKFILL', 'TOKEN'));
