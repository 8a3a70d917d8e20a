"use client";

import { useEffect, useState } from "react";

import { SETTLING_MS } from "@/components/hooks/use-settling";

/** Whether this changed so lately that a click may have been meant for what stood there before. */
export function useJustChanged(value: unknown): boolean {
  const [last, setLast] = useState({ value, lately: false });
  if (last.value !== value) setLast({ value, lately: true });
  useEffect(() => {
    if (!last.lately) return;
    const timer = setTimeout(() => {
      setLast({ value: last.value, lately: false });
    }, SETTLING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [last]);
  return last.lately;
}

/** Takes every click, unseen. */
export function Shield() {
  return <div aria-hidden className="fixed inset-0 z-40" />;
}
