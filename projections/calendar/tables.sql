CREATE TABLE passed (
    day date NOT NULL,
    position bigint PRIMARY KEY
);
CREATE INDEX passed_day ON passed (day, position);

-- Days that differ from their weekday: holidays (working = false) and adjusted weekends (true).
CREATE TABLE exception (
    day date PRIMARY KEY,
    working boolean NOT NULL,
    source text NOT NULL
);
