"use client";

/** What begins the names of values that are kept for a person (components/browser/kept-values.ts). */
export const KEPT = "neo-draft:";

/** The name of the dialog that a person left to confirm at Microsoft that it's them. */
export const RETURN = "return";

/** Browsers throw where storage is blocked or full. @returns whether the work was done */
export function withSessionStorage(work: (storage: Storage) => void): boolean {
  try {
    work(window.sessionStorage);
    return true;
  } catch {
    return false;
  }
}

/** Whether there may be a dialog to open again. */
export function isReturning(): boolean {
  let found = false;
  withSessionStorage((storage) => {
    found = KEPT + RETURN in storage;
  });
  return found;
}
