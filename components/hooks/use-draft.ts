"use client";

import { useEffect, useState } from "react";

import { openedFor } from "@/components/browser/rendered-for";
import { forgetKept, keep, readKept } from "@/components/browser/kept-values";

/**
 * What was typed into a form before the form asked for a reload or a fresh sign-in. It is read once, within 15 minutes, only by the same
 * person in the same organisation, and removed when the form or the tab is closed. Not for secrets.
 * @param form the form's name, with the id of what it changes
 * @param empty the values without a draft
 * @returns the values that the form starts with, and what keeps values: it returns false where the browser stores nothing
 */
export function useDraft<Values extends object>(form: string, empty: Values) {
  const [key] = useState(() => `${openedFor()?.id ?? ""}:${form}`);
  const [values] = useState(() => read(key, empty));
  useEffect(() => {
    forgetKept(key);
    return () => forgetKept(key);
  }, [key]);
  return { values, keep: (typed: Values) => keep(key, typed) };
}

/** Takes only fields that have the right type: an earlier version of the form may have written them. */
function read<Values extends object>(key: string, empty: Values): Values {
  const kept = (readKept(key) ?? {}) as Partial<Record<string, unknown>>;
  const fields = Object.entries(empty).map(([field, value]: [string, unknown]) => [
    field,
    typeof kept[field] === typeof value ? kept[field] : value,
  ]);
  return Object.fromEntries(fields) as Values;
}
