-- Keys take the place of the hashes that the filling went by.
ALTER TABLE holding ADD PRIMARY KEY (asset_id, card_no, position_from, effective_from);
ALTER TABLE card ADD PRIMARY KEY (asset_id, card_no, position_from, effective_from);
DROP INDEX holding_asset, card_asset;

-- Two versions of what stands now may never lie over each other. History needs no such guard:
-- its rows were current once, and are never touched again. A hash of the key is six times as
-- fast as its text; that two of a million keys share one has a chance of 3 in 100 million.
ALTER TABLE holding ADD CONSTRAINT holding_current_no_overlap EXCLUDE USING gist (
    hashtextextended(asset_id || '/' || card_no, 0) WITH =,
    daterange(effective_from, effective_to) WITH &&
) WHERE (position_to = 9223372036854775807);

-- The open slice, by every way into it.
CREATE UNIQUE INDEX holding_open ON holding (asset_id, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';
-- What is held, with all that lists over many units choose and sort by: read without the table.
CREATE INDEX holding_live ON holding (card_no) INCLUDE (unit_id, state, keeper, place, gross_fen)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31'
    AND state NOT IN ('DISPOSED', 'VOIDED');
CREATE INDEX holding_open_unit ON holding (unit_id, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';
CREATE INDEX holding_open_state ON holding (state, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31' AND state <> 'IN_USE';
CREATE INDEX holding_open_keeper ON holding (keeper)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31' AND keeper IS NOT NULL;
CREATE INDEX holding_open_warehouse ON holding (warehouse_id)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31'
    AND warehouse_id IS NOT NULL;
CREATE INDEX holding_open_overlay ON holding (card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31' AND overlays <> '{}';

-- Past days and past knowledge.
CREATE INDEX holding_unit ON holding (unit_id, card_no, effective_from);
CREATE INDEX holding_card_no ON holding (card_no, effective_from);
CREATE INDEX holding_keeper ON holding (keeper, effective_from) WHERE keeper IS NOT NULL;

CREATE UNIQUE INDEX card_open ON card (asset_id, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';
CREATE INDEX card_open_card_no ON card (card_no) INCLUDE (name, class_code, acq_way, acquired_on)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';
-- The orders of a list over the whole city; cards change seldom, so these cost little.
CREATE INDEX card_open_name ON card (name, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';
CREATE INDEX card_open_class ON card (class_code, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';
CREATE INDEX card_open_acquired ON card (acquired_on, card_no)
WHERE position_to = 9223372036854775807 AND effective_to = '9999-12-31';

-- Words and classes, past and present: cards have few versions.
CREATE INDEX card_search ON card USING gin (search gin_trgm_ops);
CREATE INDEX card_parts ON card USING gin (string_to_array(parts, ' '));
CREATE INDEX card_class ON card (class_code text_pattern_ops);

-- Exact numbers, whenever they were in use.
CREATE INDEX card_label_no ON card (label_no) WHERE label_no IS NOT NULL;
CREATE INDEX card_serial_no ON card (serial_no) WHERE serial_no IS NOT NULL;
CREATE INDEX card_legacy_no ON card (legacy_no) WHERE legacy_no IS NOT NULL;
CREATE INDEX card_card_no ON card (card_no);
