-- The key that guards the patches takes the place of the hash that the filling went by.
ALTER TABLE patch ADD PRIMARY KEY (subject, position);
DROP INDEX patch_subject;

CREATE INDEX stock_open ON stock (warehouse_id, asset_id)
    WHERE effective_to = '9999-12-31' AND position_to = 9223372036854775807;
CREATE INDEX stock_due ON stock (due_on) WHERE due_on IS NOT NULL;
