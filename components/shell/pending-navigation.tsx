"use client";

import { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import {
  createContext,
  useContext,
  useEffect,
  useState,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
} from "react";

import { PageSkeleton, hasSkeleton } from "@/components/shell/page-skeletons";

/** A page that comes sooner replaces the one before it without a frame in between. */
const SHOW_AFTER_MS = 150;

const Pending = createContext<[string | null, Dispatch<SetStateAction<string | null>>]>([null, () => undefined]);

/** Knows which page is on its way, for the links that lead there and the frames that wait for it. */
export function PendingNavigation({ children }: { children: ReactNode }) {
  const pending = useState<string | null>(null);
  return <Pending value={pending}>{children}</Pending>;
}

/** Within a `Link`: says where it leads while the page there is on its way. */
export function PendingMark({ href }: { href: string }) {
  const { pending } = useLinkStatus();
  const [, setPath] = useContext(Pending);
  useEffect(() => {
    if (!pending) return;
    const timer = setTimeout(() => setPath(href), SHOW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setPath((path) => (path === href ? null : path));
    };
  }, [pending, href, setPath]);
  return null;
}

const section = (path: string) => path.split("/")[1];

/**
 * Shows the outline of the page that is on its way, in place of the one that it replaces. No `loading.tsx`: a page whose
 * frame is sent first could neither redirect nor refuse with a status, and would stay a frame without scripts.
 * @param inTabs what stands below the tabs of its section: they stay when the next page is of the same section
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
