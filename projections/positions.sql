-- Run at every start by the owner; running it again changes nothing.
CREATE SCHEMA IF NOT EXISTS projections;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

-- Where each read model stands. `building` rows belong to tables that are built beside.
CREATE TABLE IF NOT EXISTS projections.position (
    name text NOT NULL,
    building boolean NOT NULL DEFAULT false,
    version integer NOT NULL,
    position bigint NOT NULL,
    -- False while the tables are filled for the first time: their indexes come afterwards.
    indexed boolean NOT NULL DEFAULT true,
    error text,
    error_position bigint,
    error_at timestamptz,
    moved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, building)
);

GRANT USAGE ON SCHEMA projections TO taizhang_app, taizhang_projector, taizhang_auditor;
GRANT SELECT ON projections.position TO taizhang_app, taizhang_auditor;
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.position TO taizhang_projector;
