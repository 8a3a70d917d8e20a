"use client";

/** What begins the names of values that are kept for a person. */
const KEPT = "neo-draft:";

/** How long they are kept, in milliseconds. */
const KEPT_MS = 15 * 60_000;

/** Browsers throw where storage is blocked or full. @returns whether the work was done */
export function withSessionStorage(work: (storage: Storage) => void): boolean {
  try {
    work(window.sessionStorage);
    return true;
  } catch {
    return false;
  }
}

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

/** The name of the dialog that a person left to confirm at Microsoft that it's them. */
export const RETURN = "return";

/** Whether there may be one to open again. */
export const isReturning = () => readKept(RETURN) !== null;

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
