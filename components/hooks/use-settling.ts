"use client";

import { useEffect, useRef, useState, type KeyboardEvent } from "react";

/** What replaces something under the pointer takes no input for this long, in milliseconds: a second click was meant for what stood there before. */
const SETTLING_MS = 700;

/** Whether a key presses what has the focus, or what the form around it submits by, instead of writing. */
function presses({ key, target }: KeyboardEvent): boolean {
  if (target instanceof HTMLTextAreaElement) return false;
  return key === "Enter" || (key === " " && !(target instanceof HTMLInputElement));
}

/**
 * Guards what has just appeared against input that was meant for what it replaced.
 * @param face names what is shown
 * @returns whether the pointer is to be ignored, and what ignores a held or repeated Enter: other keys end that, since whoever
 *   presses them has seen what is shown
 */
export function useSettling(face: string) {
  const [settled, setSettled] = useState<string | null>(null);
  const typedAt = useRef<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(face), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [face]);
  const settling = settled !== face;
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (!presses(event)) typedAt.current = face;
    else if (event.repeat || (settling && typedAt.current !== face)) event.preventDefault();
  };
  return { settling, onKeyDownCapture };
}

/** Whether this changed so lately that a click may have been meant for what stood there before. */
export function useJustChanged(value: unknown): boolean {
  const [last, setLast] = useState({ value, lately: false });
  if (last.value !== value) setLast({ value, lately: true });
  useEffect(() => {
    if (!last.lately) return;
    const timer = setTimeout(() => setLast({ value: last.value, lately: false }), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [last]);
  return last.lately;
}
