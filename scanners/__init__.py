"""Labels, their printing, and everything that reads them back: photos, guns, batch files."""
