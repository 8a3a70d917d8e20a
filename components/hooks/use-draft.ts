"use client";

import { useEffect, useState } from "react";

import { openedFor } from "@/components/browser/rendered-for";
import { withSessionStorage } from "@/components/browser/session-storage";

/**
 * What was typed into a form before the form asked for a reload. It is read once, only by the same person in the same
 * organisation, and removed when the form or the tab is closed. Not for secrets.
 * @param form the form's name, with the id of what it changes
 * @param empty the values without a draft
 * @returns the values that the form starts with, and what keeps values: it returns false where the browser stores nothing
 */
export function useDraft<Values extends object>(form: string, empty: Values) {
  const [key] = useState(() => `neo-draft:${openedFor()?.id ?? ""}:${form}`);
  const [values] = useState(() => read(key, empty));
  useEffect(() => {
    const forget = () => {
      withSessionStorage((storage) => storage.removeItem(key));
    };
    forget();
    return forget;
  }, [key]);
  const keep = (typed: Values) => withSessionStorage((storage) => storage.setItem(key, JSON.stringify(typed)));
  return { values, keep };
}

/** Takes only fields that have the right type: an earlier version of the form may have written them. */
function read<Values extends object>(key: string, empty: Values): Values {
  let kept: Partial<Record<string, unknown>> = {};
  withSessionStorage((storage) => {
    kept = (JSON.parse(storage.getItem(key) ?? "{}") ?? {}) as typeof kept;
  });
  const fields = Object.entries(empty).map(([field, value]: [string, unknown]) => [
    field,
    typeof kept[field] === typeof value ? kept[field] : value,
  ]);
  return Object.fromEntries(fields) as Values;
}
