-- The key that guards the patches takes the place of the hash that the filling went by.
ALTER TABLE patch ADD PRIMARY KEY (subject, position);
DROP INDEX patch_subject;
