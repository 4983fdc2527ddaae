// message-db: write_message with an expected version, one pooled session a writer.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { measure, options } from "./writers.mjs";

const [url, writers, seconds] = process.argv.slice(2);
const pool = new pg.Pool({ ...options(url), max: Number(writers) });
const body = JSON.stringify({ card_no: "TY2024000001", changes: { place: "A座101室" }, before: { place: "B座202室" } });
pool.on("connect", (client) => client.query("SET search_path = message_store, public"));
await pool.query("SELECT 1");

const append = () =>
  pool.query({
    name: "write",
    text: "SELECT message_store.write_message($1, $2, $3, $4::jsonb, null, -1)",
    values: [randomUUID(), `asset-${randomUUID()}`, "used", body],
  });
console.log(await measure(append, Number(writers), Number(seconds)));
await pool.end();
