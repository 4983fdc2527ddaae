"""What may happen to an asset and to money: pure rules, no I/O, no clock, no SQL."""
