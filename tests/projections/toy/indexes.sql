CREATE INDEX seen_type ON seen (type);
