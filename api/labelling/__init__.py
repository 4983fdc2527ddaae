"""Labels of this installation: what a code stands for, and the sheets that are printed."""
