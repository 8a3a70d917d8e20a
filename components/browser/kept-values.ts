"use client";

import { KEPT, withSessionStorage } from "@/components/browser/session-storage";

/** How long values are kept, in milliseconds. */
const KEPT_MS = 15 * 60_000;

/** Keeps a value for this tab, for 15 minutes. Not for secrets. @returns whether the browser stores anything */
export function keep(name: string, value: unknown): boolean {
  const text = JSON.stringify({ until: Date.now() + KEPT_MS, value });
  return withSessionStorage((storage) => storage.setItem(KEPT + name, text));
}

/** A value that was kept less than 15 minutes ago; null for none. */
export function readKept(name: string): unknown {
  const found: { until?: unknown; value?: unknown } = {};
  withSessionStorage((storage) => {
    Object.assign(found, JSON.parse(storage.getItem(KEPT + name) ?? "{}"));
  });
  const { until, value } = found;
  return typeof until === "number" && until > Date.now() ? value : null;
}

/** Forgets one value. */
export function forgetKept(name: string): void {
  withSessionStorage((storage) => storage.removeItem(KEPT + name));
}

/** Forgets everything that is kept, for whomever. */
export function forgetAllKept(): void {
  withSessionStorage((storage) => {
    for (const name of Object.keys(storage)) if (name.startsWith(KEPT)) storage.removeItem(name);
  });
}
