"use client";

import { type RefObject, useEffectEvent, useLayoutEffect, useRef } from "react";

/**
 * Hears what a person typed or chose before the page's scripts had started. The field keeps it, React tells nobody of it,
 * and the next rendering would wipe it. The field needs `autoComplete="off"`: a browser that fills in what stood there the
 * last time is no person.
 * @param rendered what the field shows when nobody touched it
 * @param hear takes what stands there instead
 * @returns for the field
 */
export function useEarlyInput<Field extends HTMLInputElement | HTMLSelectElement>(
  rendered: string,
  hear: (value: string) => void,
): RefObject<Field | null> {
  const field = useRef<Field>(null);
  const compare = useEffectEvent(() => {
    const found = field.current?.value;
    if (found !== undefined && found !== rendered) hear(found);
  });
  // Before React hands on the event that made it start, which would find the field as it was rendered again.
  useLayoutEffect(() => {
    compare();
  }, []);
  return field;
}
