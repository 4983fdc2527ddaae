// The scanned list as it is kept in this browser: a reload, a flat battery or a dead net loses nothing.
const VERSION = 1;

// Plain http has no crypto.randomUUID; getRandomValues is everywhere.
export const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
};

const fresh = () => ({ version: VERSION, rows: [], fields: {}, pending: null });

export class ScanList {
  constructor(who, onFailure) {
    this.name = `taizhang-scan:${who}`;
    this.onFailure = onFailure;
    this.state = this.read();
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name));
      return kept?.version === VERSION ? kept : fresh();
    } catch { return fresh(); }
  }

  keep() {
    try { localStorage.setItem(this.name, JSON.stringify(this.state)); } catch { this.onFailure(); }
  }

  get rows() { return this.state.rows; }

  // The row of the same thing or the same text, if it is in the list already.
  same(seen) {
    return this.rows.find((row) => row.text === seen.text
      || (seen.thing && row.thing?.asset_id === seen.thing.asset_id));
  }

  put(row) { this.state.rows.unshift(row); this.keep(); }

  drop(rows) { this.state.rows = this.rows.filter((row) => !rows.includes(row)); this.keep(); }

  ids() { return this.rows.filter((row) => row.thing).map((row) => row.thing.asset_id); }

  // What stands in the way of submitting, by kind; a replaced label only warns.
  blockers() {
    const groups = new Map();
    for (const row of this.rows) {
      const kind = row.block?.title ?? (row.thing ? null : row.status);
      if (kind) groups.set(kind, [...(groups.get(kind) ?? []), row]);
    }
    return groups;
  }
}
