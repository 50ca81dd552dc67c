-- One store version. Clocks and holdings are created by the code that writes them: their attribute columns are
-- ENUMs made of the values at hand. Durations are whole seconds in BIGINT, instants TIMESTAMPTZ in UTC.
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

CREATE TABLE policies (
    version INTEGER PRIMARY KEY, source VARCHAR NOT NULL, name VARCHAR NOT NULL,
    hash VARCHAR NOT NULL, content VARCHAR NOT NULL, added_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sources (
    source VARCHAR PRIMARY KEY, as_of TIMESTAMPTZ NOT NULL, policy_version INTEGER NOT NULL,
    ticket_url VARCHAR, imported_at TIMESTAMPTZ NOT NULL
);

-- What kinds of files a source has told; gaps: what each cannot tell, names with commas between.
CREATE TABLE streams (
    source VARCHAR NOT NULL, stream VARCHAR NOT NULL, label VARCHAR NOT NULL, evidence VARCHAR NOT NULL,
    gaps VARCHAR NOT NULL, PRIMARY KEY (source, stream)
);

-- One row an import and stream. fingerprint: of the files' bytes and of how they were read.
CREATE TABLE imports (
    number INTEGER PRIMARY KEY, source VARCHAR NOT NULL, stream VARCHAR NOT NULL, files VARCHAR NOT NULL,
    mapping VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, policy_version INTEGER NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL, as_of TIMESTAMPTZ NOT NULL,
    rows_read BIGINT NOT NULL, rows_taken BIGINT NOT NULL, rows_rejected BIGINT NOT NULL,
    tickets_new BIGINT NOT NULL, tickets_updated BIGINT NOT NULL, tickets_unchanged BIGINT NOT NULL,
    tickets_older BIGINT NOT NULL, repeated_times BIGINT NOT NULL, skipped_times BIGINT NOT NULL,
    notes VARCHAR NOT NULL
);

CREATE TABLE rejected (
    import_number INTEGER NOT NULL, file VARCHAR NOT NULL, row_number BIGINT, ticket_id VARCHAR,
    rule VARCHAR NOT NULL, advice VARCHAR NOT NULL, content VARCHAR NOT NULL
);

CREATE TABLE repairs (
    import_number INTEGER NOT NULL, rule VARCHAR NOT NULL, advice VARCHAR NOT NULL, events BIGINT NOT NULL,
    PRIMARY KEY (import_number, rule)
);

-- Months that are over, as they were when they closed: rows are added and copied, never changed.
CREATE TABLE closed_months (
    source VARCHAR NOT NULL, kind VARCHAR NOT NULL, month DATE NOT NULL, closed_at TIMESTAMPTZ NOT NULL,
    import_number INTEGER NOT NULL, policy_version INTEGER NOT NULL, due BIGINT NOT NULL, met BIGINT NOT NULL,
    breached BIGINT NOT NULL, cancelled BIGINT NOT NULL, PRIMARY KEY (source, kind, month)
);

-- What later imports changed in them: counts at close and all changes add up to the counts now.
CREATE TABLE restatements (
    source VARCHAR NOT NULL, kind VARCHAR NOT NULL, month DATE NOT NULL, import_number INTEGER NOT NULL,
    "at" TIMESTAMPTZ NOT NULL, reason VARCHAR NOT NULL, clocks BIGINT NOT NULL, met_change BIGINT NOT NULL,
    breached_change BIGINT NOT NULL, PRIMARY KEY (source, kind, month, import_number, reason)
);

-- As each stream tells them; analytics.combining makes one history of them. told_at: as-of of the file. digest: of
-- what the row and its events say, so that the same record is known again.
CREATE TABLE tickets (
    source VARCHAR NOT NULL, stream VARCHAR NOT NULL, ticket_id VARCHAR NOT NULL, created_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ, created_by_agent BOOLEAN, status VARCHAR, priority VARCHAR, category VARCHAR,
    channel VARCHAR, region VARCHAR, plan VARCHAR, customer VARCHAR, team VARCHAR, agent VARCHAR,
    first_response_due_at TIMESTAMPTZ, first_response_breached BOOLEAN,
    resolution_due_at TIMESTAMPTZ, resolution_breached BOOLEAN,
    told_at TIMESTAMPTZ NOT NULL, last_at TIMESTAMPTZ NOT NULL, digest UBIGINT NOT NULL
);

CREATE TABLE events (
    source VARCHAR NOT NULL, stream VARCHAR NOT NULL, ticket_id VARCHAR NOT NULL, "at" TIMESTAMPTZ NOT NULL,
    sequence BIGINT NOT NULL, kind VARCHAR NOT NULL, value VARCHAR, previous VARCHAR
);
