"use client";

import { type RefObject, useEffectEvent, useLayoutEffect, useRef } from "react";

/**
 * Picks up what was typed or chosen before the page's scripts started: React fires no event for it, and the next render would
 * discard it. The field needs `autoComplete="off"`, so that the browser does not restore an old value.
 * @param rendered the value that the field was rendered with
 * @param onInput receives the value that the field has instead
 * @returns the field's ref
 */
export function useEarlyInput<Field extends HTMLInputElement | HTMLSelectElement>(
  rendered: string,
  onInput: (value: string) => void,
): RefObject<Field | null> {
  const field = useRef<Field>(null);
  const compare = useEffectEvent(() => {
    const found = field.current?.value;
    if (found !== undefined && found !== rendered) onInput(found);
  });
  // A layout effect runs before React replays the event that started hydration, when the field would have its rendered value again.
  useLayoutEffect(() => {
    compare();
  }, []);
  return field;
}
