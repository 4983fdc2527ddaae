-- Every event once, in the order in which it was folded.
CREATE TABLE seen (position bigint PRIMARY KEY, type text NOT NULL);
