"use client";

import { useEffect, useState } from "react";

import { openedFor } from "@/components/browser/rendered-for";

/** Keeps what is in a form for after a reload. */
export interface Draft<Values> {
  /** What the form begins with. */
  readonly values: Values;
  /** Keeps these values through the next reload of this tab. @returns false where the browser stores nothing */
  readonly keep: (values: Values) => boolean;
}

/**
 * What was typed into a form before a reload that the form asked for. It is read once, only by the same person in the same
 * organisation, and is gone when the form is closed or the tab is. Not for secrets.
 * @param form the form's name, with the id of what it changes
 * @param empty what the form begins with otherwise
 */
export function useDraft<Values extends object>(form: string, empty: Values): Draft<Values> {
  const [key] = useState(() => `neo-draft:${openedFor()?.id ?? ""}:${form}`);
  const [values] = useState(() => read(key, empty));
  useEffect(() => {
    const forget = () => {
      withStorage((storage) => storage.removeItem(key));
    };
    forget();
    return forget;
  }, [key]);
  const keep = (typed: Values) => withStorage((storage) => storage.setItem(key, JSON.stringify(typed)));
  return { values, keep };
}

/** The fields of an earlier version of the form that are still of the same type. */
function read<Values extends object>(key: string, empty: Values): Values {
  let kept: Partial<Record<string, unknown>> = {};
  withStorage((storage) => {
    kept = (JSON.parse(storage.getItem(key) ?? "{}") ?? {}) as typeof kept;
  });
  const fields = Object.entries(empty).map(([field, value]: [string, unknown]) => [
    field,
    typeof kept[field] === typeof value ? kept[field] : value,
  ]);
  return Object.fromEntries(fields) as Values;
}

/** Browsers throw where a site may store nothing, and when its room is used up. */
function withStorage(work: (storage: Storage) => void): boolean {
  try {
    work(window.sessionStorage);
    return true;
  } catch {
    return false;
  }
}
