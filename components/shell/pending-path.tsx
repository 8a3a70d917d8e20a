"use client";

import { useLinkStatus } from "next/link";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

/** A page that loads faster than this shows without an outline. */
const SHOW_AFTER_MS = 150;

type Path = string | null;
const Pending = createContext<[Path, (change: (before: Path) => Path) => void]>([null, () => undefined]);

/** Shares which page is loading between links and frames. */
export function PendingNavigation({ children }: { children: ReactNode }) {
  const pending = useState<Path>(null);
  return <Pending value={pending}>{children}</Pending>;
}

/** The path of the page that is loading, if it takes long enough to show. */
export function usePendingPath(): Path {
  return useContext(Pending)[0];
}

/** Within a `Link`: reports its target while that page loads. */
export function PendingMark({ href }: { href: string }) {
  const { pending } = useLinkStatus();
  const [, setPath] = useContext(Pending);
  useEffect(() => {
    if (!pending) return;
    const timer = setTimeout(() => setPath(() => href), SHOW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setPath((path) => (path === href ? null : path));
    };
  }, [pending, href, setPath]);
  return null;
}
