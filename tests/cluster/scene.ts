import type { Client } from "pg";

import type { BenchTenant } from "@/bench/fill";

import type { Checks } from "../support/checks";
import type { Fleet } from "./fleet";

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

/** Everything a scenario needs. */
export interface Scene {
  readonly checks: Checks;
  readonly fleet: Fleet;
  readonly db: Client;
  readonly contoso: BenchTenant;
  readonly admin: string;
}

export async function one<Row>(db: Client, sql: string, values: unknown[] = []): Promise<Row> {
  const { rows } = await db.query(sql, values);
  return rows[0] as Row;
}

/** Runs `work` for each of `items`, `width` of them at a time. */
export async function inParallel<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

/** Calls repeatedly. @returns stops it */
export function load(width: number, call: () => Promise<unknown>): () => Promise<void> {
  let going = true;
  const workers = Array.from({ length: width }, async () => {
    while (going) await call();
  });
  return async () => {
    going = false;
    await Promise.all(workers);
  };
}

/** Kills instances and starts them again, one at a time. @returns stops it, and says how many were killed */
export function killing(fleet: Fleet): () => Promise<number> {
  const state = { going: true, killed: 0 };
  const work = (async () => {
    while (state.going) {
      await seconds(1.5);
      const instance = fleet.instances[state.killed++ % fleet.instances.length];
      await instance?.kill();
      await instance?.start();
    }
  })();
  return async () => {
    state.going = false;
    await work;
    return state.killed;
  };
}
