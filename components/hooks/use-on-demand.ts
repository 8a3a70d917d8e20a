"use client";

import { useEffect, useState } from "react";

/** The message when a part cannot be loaded. */
export const NOT_LOADED = "This couldn’t be loaded. Check your connection, reload the page and try again.";

/** A part of a page whose code is fetched once, when it is first needed. */
export interface OnDemand<Part> {
  /** Fetches the part once. A failure is not cached, so the next call tries again. */
  fetch: () => Promise<Part>;
  /** The part; null until it is loaded. */
  current: () => Part | null;
}

/** @param load an `import()` of the part's module */
export function onDemand<Part extends object>(load: () => Promise<Part>): OnDemand<Part> {
  let part: Part | null = null;
  let fetching: Promise<Part> | null = null;
  return {
    current: () => part,
    fetch: () =>
      (fetching ??= load().then(
        (loaded) => (part = loaded),
        (error: unknown) => {
          fetching = null;
          throw error;
        },
      )),
  };
}

/** Starts to fetch a part that is probably needed next. A failure shows once the part is needed. */
export function prepare(source: OnDemand<object>): void {
  source.fetch().catch(() => undefined);
}

/**
 * The part, fetched once it is `wanted`; null until it is loaded.
 * @param onFailure called when the code cannot be fetched: offline, or the server has a newer version
 */
export function useOnDemand<Part extends object>(
  source: OnDemand<Part>,
  wanted: boolean,
  onFailure: () => void,
): Part | null {
  const [part, setPart] = useState<Part | null>(null);
  useEffect(() => {
    if (!wanted || part) return;
    let gone = false;
    source.fetch().then(
      (loaded) => {
        if (!gone) setPart(loaded);
      },
      () => {
        if (!gone) onFailure();
      },
    );
    return () => {
      gone = true;
    };
  }, [source, wanted, part, onFailure]);
  return part ?? (wanted ? source.current() : null);
}
