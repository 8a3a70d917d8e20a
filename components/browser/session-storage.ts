"use client";

/** Browsers throw where storage is blocked or full. @returns whether the work was done */
export function withSessionStorage(work: (storage: Storage) => void): boolean {
  try {
    work(window.sessionStorage);
    return true;
  } catch {
    return false;
  }
}
