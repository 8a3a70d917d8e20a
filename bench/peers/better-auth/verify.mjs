// better-auth's API-key plugin, configured as documented, on the benchmark's PostgreSQL in a separate schema.
// Plain JavaScript that the benchmark's route loads at runtime, so its types and code stay out of the product.
import { randomUUID } from "node:crypto";
import process from "node:process";

import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { Pool } from "pg";

const SCHEMA = "better_auth";
const connectionString = process.env.DATABASE_URL;

const auth = betterAuth({
  baseURL: "http://127.0.0.1",
  secret: "a secret of the benchmark, of no use anywhere else",
  // As many connections as the product's lookups use.
  database: new Pool({ connectionString, max: 4, options: `-c search_path=${SCHEMA}` }),
  telemetry: { enabled: false },
  logger: { disabled: true },
  // Counts every call, like the product, and refuses none.
  plugins: [apiKey({ rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 1_000_000_000 } })],
});

/**
 * Creates its tables and some keys.
 * @param {number} count
 * @returns {Promise<string[]>} the keys
 */
export async function prepare(count) {
  const own = new Pool({ connectionString, max: 1 });
  await own.query(`create schema if not exists ${SCHEMA}`);
  await own.end();
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const context = await auth.$context;
  const user = await context.internalAdapter.createUser({
    email: `${randomUUID()}@example.com`,
    name: "Bench",
    emailVerified: true,
  });
  const keys = [];
  for (let n = 0; n < count; n++) {
    const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: `Bench ${n}` } });
    keys.push(key);
  }
  return keys;
}

/**
 * @param {string} key
 * @returns {Promise<boolean>} whether it is valid
 */
export async function verify(key) {
  const { valid } = await auth.api.verifyApiKey({ body: { key } });
  return valid;
}
