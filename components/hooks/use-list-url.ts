"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";

/** A list's parameters in the URL; null for one that is absent. */
type UrlState = Readonly<Record<string, string | null>>;

/** How a change reaches the URL. */
export interface UrlChangeOptions {
  /** Milliseconds to wait for another change, such as the next key press. */
  wait?: number;
  /** Whether to add an entry to the browser's history, so that Back undoes the change; true by default. */
  push?: boolean;
}

/**
 * The state of a list, kept in its URL. The server renders the list from it; a change shows immediately.
 * @param fromServer the state as the server read it from the URL
 * @param restart parameters that every change removes, such as the page number
 * @returns the state, a function that changes it (null or "" removes a parameter), and whether the list is loading
 */
export function useListUrl<State extends UrlState>(
  fromServer: State,
  restart: readonly string[],
): [State, (change: Partial<State>, options?: UrlChangeOptions) => void, boolean] {
  const router = useRouter();
  const pathname = usePathname();
  const [loading, startTransition] = useTransition();
  /** Changes that the server has not rendered yet. */
  const [ahead, setAhead] = useState<Partial<State> | null>(null);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; push: boolean } | null>(null);
  /** The query of the last navigation while it is loading: the next change builds on it. */
  const requested = useRef<string | null>(null);
  const changes = useRef<Partial<State>>({});

  useEffect(() => {
    if (loading) return;
    requested.current = null;
    if (!waiting.current) setAhead(null);
  }, [loading, fromServer]);

  useEffect(() => () => clearTimeout(waiting.current?.timer), []);

  const send = (push: boolean) => {
    waiting.current = null;
    const query = new URLSearchParams(requested.current ?? window.location.search);
    for (const name of restart) query.delete(name);
    for (const [name, value] of Object.entries<string | null | undefined>(changes.current)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    changes.current = {};
    requested.current = query.toString();
    const href = query.size > 0 ? `${pathname}?${query.toString()}` : pathname;
    startTransition(() => router[push ? "push" : "replace"](href, { scroll: false }));
  };

  const change = (wanted: Partial<State>, { wait = 0, push = true }: UrlChangeOptions = {}) => {
    changes.current = { ...changes.current, ...wanted };
    setAhead((before) => ({ ...before, ...wanted }));
    const held = waiting.current;
    clearTimeout(held?.timer);
    const pushes = push || (held?.push ?? false);
    if (wait === 0) send(pushes);
    else waiting.current = { push: pushes, timer: setTimeout(() => send(pushes), wait) };
  };

  return [ahead ? { ...fromServer, ...ahead } : fromServer, change, loading];
}
