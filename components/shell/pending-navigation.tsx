"use client";

import { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import { PageSkeleton, hasSkeleton } from "@/components/shell/page-skeletons";

/** A page that loads faster than this shows without an outline. */
const SHOW_AFTER_MS = 150;

type Path = string | null;
const Pending = createContext<[Path, (change: (before: Path) => Path) => void]>([null, () => undefined]);

/** Shares which page is loading between links and frames. */
export function PendingNavigation({ children }: { children: ReactNode }) {
  const pending = useState<Path>(null);
  return <Pending value={pending}>{children}</Pending>;
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

const section = (path: string) => path.split("/")[1];

/**
 * Shows the outline of the page that is loading in place of the current one. Not done with `loading.tsx`, which would send the
 * outline before the page could redirect or set a status (docs/decisions/043).
 * @param inTabs whether this is the content below the tabs, which stay when the next page is in the same section
 */
export function PendingFrame({ inTabs = false, children }: { inTabs?: boolean; children: ReactNode }) {
  const pathname = usePathname();
  const [path] = useContext(Pending);
  const staysInTabs = path !== null && section(path) === "roles-access" && section(pathname) === "roles-access";
  const shown = path !== null && path !== pathname && hasSkeleton(path) && staysInTabs === inTabs;
  return (
    <>
      {shown ? <PageSkeleton path={path} inTabs={inTabs} /> : null}
      <div className={shown ? "hidden" : "contents"}>{children}</div>
    </>
  );
}
