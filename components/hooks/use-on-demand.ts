"use client";

import { useEffect, useState } from "react";

/** What a person is told when a part cannot be had. */
export const NOT_LOADED = "This couldn’t be loaded. Check your connection, reload the page and try again.";

/** A part of a page whose code is fetched when it is first needed, once for all that need it. */
export interface OnDemand<Part> {
  /** Fetches it, unless that was done; a failure is forgotten, so that the next call tries again. */
  fetch: () => Promise<Part>;
  /** The part, once it is there. */
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

/** Begins to fetch what is probably needed next, such as at the touch of a button; a failure shows when it is needed. */
export function prepare(source: OnDemand<object>): void {
  source.fetch().catch(() => undefined);
}

/**
 * The part while `wanted`, and from then on; null until it is there.
 * @param onFailure told when its code cannot be had: offline, or this page is older than what the server has now
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
