"use client";

import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

const TICK_MS = 15_000;

const Clock = createContext<Date | null>(null);

/** The page's clock: the database's time at rendering plus the time since, so a wrong clock on this computer does no harm. */
export function ClockProvider({ now, children }: { now: string; children: ReactNode }) {
  const [time, setTime] = useState({ base: now, at: new Date(now) });
  if (time.base !== now) setTime({ base: now, at: new Date(now) });
  useEffect(() => {
    const start = performance.now();
    const base = new Date(now).getTime();
    const timer = setInterval(() => setTime({ base: now, at: new Date(base + performance.now() - start) }), TICK_MS);
    return () => clearInterval(timer);
  }, [now]);
  return <Clock value={time.at}>{children}</Clock>;
}

/** The current time by the page's clock; updates every 15 seconds. */
export function useNow(): Date {
  const now = useContext(Clock);
  if (!now) throw new Error("useNow needs a ClockProvider above it");
  return now;
}
