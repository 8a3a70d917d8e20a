"use client";

import { useEffect, useRef, useState, type KeyboardEvent } from "react";

/** How long new content ignores the pointer, in milliseconds: a second click was meant for what it replaced. */
const SETTLING_MS = 700;

/** Whether a key activates the focused control or submits its form, rather than typing. */
function presses({ key, target }: KeyboardEvent): boolean {
  if (target instanceof HTMLTextAreaElement) return false;
  return key === "Enter" || (key === " " && !(target instanceof HTMLInputElement));
}

/**
 * Protects new content from input that was meant for what it replaced.
 * @param face names the content
 * @returns whether to ignore the pointer, and a handler that ignores a held or repeated Enter until another key is pressed
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

/** Whether the value changed so recently that a click may have been meant for what it replaced. */
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
