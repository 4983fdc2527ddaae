CREATE UNIQUE INDEX voucher_id_key ON voucher (unit_id, voucher_id);
CREATE INDEX voucher_unit ON voucher (unit_id, booked_on, position);
CREATE INDEX voucher_order ON voucher (booked_on, position);

ALTER TABLE line ADD PRIMARY KEY (position, line_no);
-- Everything of one asset, without touching the table.
CREATE INDEX line_asset ON line (asset_id)
INCLUDE (unit_id, book, account, side, fen, booked_on, occurred_on, position)
WHERE asset_id IS NOT NULL;
CREATE INDEX line_unit ON line (unit_id, booked_on, position, line_no);
CREATE INDEX line_order ON line (booked_on, position, line_no);
-- The lines of runs, a few a month and unit.
CREATE INDEX line_run ON line (booked_on, position, line_no) WHERE voucher_no IS NULL;
CREATE INDEX line_period ON line (period, unit_id);
CREATE INDEX line_voucher ON line (voucher_id);

CREATE INDEX basis_unit ON basis (unit_id, start_period);
CREATE UNIQUE INDEX basis_open ON basis (asset_id, card_no) WHERE ended_by = 9223372036854775807;
CREATE INDEX late_skip_asset ON late_skip (asset_id);
