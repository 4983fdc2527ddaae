// emmett-postgresql: appendToStream on a new stream, one event, its default settings.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";
import { measure, options } from "./writers.mjs";

const [url, writers, seconds] = process.argv.slice(2);
const o = options(url);
const address = `postgresql://${o.user}@/${o.database}?host=${encodeURIComponent(o.host)}&port=${o.port}`;
const pool = new pg.Pool({ ...o, max: Number(writers) });
const store = getPostgreSQLEventStore(address, { connectionOptions: { pool, pooled: true } });
await store.schema.migrate();

const event = {
  type: "AssetUsed",
  data: { card_no: "TY2024000001", changes: { place: "A座101室" }, before: { place: "B座202室" } },
};
const append = () =>
  store.appendToStream(`asset-${randomUUID()}`, [event], { expectedStreamVersion: "STREAM_DOES_NOT_EXIST" });
console.log(await measure(append, Number(writers), Number(seconds)));
await store.close();
await pool.end().catch((error) => console.error(String(error)));
process.exit(0);
