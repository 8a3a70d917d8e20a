"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";

/** What a list's URL may say: text, or null for what it does not mention. */
type UrlState = Readonly<Record<string, string | null>>;

/** What becomes of a change of the URL. */
export interface UrlChangeOptions {
  /** Milliseconds to wait for the next change, e.g. the next key that is typed. */
  wait?: number;
  /** A step of its own in the browser's history, so that Back undoes it; true when left out. */
  push?: boolean;
}

/**
 * The state of a list that lives in its URL. The server reads it and renders the list; what was asked for shows at once.
 * @param fromServer the state as the server read it from the URL
 * @param restart parameters that every change removes, such as the page's number
 * @returns the state, what changes it (null or "" removes a parameter), and whether the list is on its way
 */
export function useListUrl<State extends UrlState>(
  fromServer: State,
  restart: readonly string[],
): [State, (change: Partial<State>, options?: UrlChangeOptions) => void, boolean] {
  const router = useRouter();
  const pathname = usePathname();
  const [loading, startTransition] = useTransition();
  /** Changes that the server has not answered yet. */
  const [ahead, setAhead] = useState<Partial<State> | null>(null);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; push: boolean } | null>(null);
  /** The query that was asked for last, while it is on its way: the next change builds on it. */
  const asked = useRef<string | null>(null);
  const changes = useRef<Partial<State>>({});

  useEffect(() => {
    if (loading) return;
    asked.current = null;
    if (!waiting.current) setAhead(null);
  }, [loading, fromServer]);

  useEffect(() => () => clearTimeout(waiting.current?.timer), []);

  const send = (push: boolean) => {
    waiting.current = null;
    const query = new URLSearchParams(asked.current ?? window.location.search);
    for (const name of restart) query.delete(name);
    for (const [name, value] of Object.entries<string | null | undefined>(changes.current)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    changes.current = {};
    asked.current = query.toString();
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
