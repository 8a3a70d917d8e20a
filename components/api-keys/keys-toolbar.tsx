"use client";

import { LoaderCircle, Search } from "lucide-react";
import { debounce, useQueryStates } from "nuqs";
import { useEffect, useRef, useState, useTransition } from "react";

import { STATUS_LABELS } from "@/components/api-keys/status-badge";
import { inputClass } from "@/components/ui/field";
import { keyListParsers, withoutSecret } from "@/lib/keys/list-url";
import { KEY_STATUSES } from "@/lib/keys/status";

const TYPING_MS = 250;

/** Search and status filter. Their state is the URL; the server does the work. */
export function KeysToolbar() {
  const [loading, startTransition] = useTransition();
  const [url, setUrl] = useQueryStates(keyListParsers, { shallow: false, scroll: false, startTransition });
  const [text, setText] = useState(url.q);
  const lastSent = useRef(url.q);

  // The URL also changes by the back button and by "Clear": the box follows, but never while it is ahead of the URL.
  useEffect(() => {
    if (url.q === lastSent.current) return;
    lastSent.current = url.q;
    setText(url.q);
  }, [url.q]);

  const search = (typed: string) => {
    const q = withoutSecret(typed);
    setText(q);
    lastSent.current = q;
    void setUrl({ q: q || null, page: null }, { limitUrlUpdates: q ? debounce(TYPING_MS) : undefined });
  };

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <div className="relative min-w-40 flex-1 md:max-w-72">
        <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-soft" />
        <input
          type="search"
          aria-label="Search by name or last four characters"
          placeholder="Search"
          autoComplete="off"
          value={text}
          onChange={(event) => {
            search(event.target.value);
          }}
          className={`${inputClass} pl-8`}
        />
      </div>
      <select
        aria-label="Status"
        value={url.status ?? ""}
        onChange={(event) => {
          const status = KEY_STATUSES.find((known) => known === event.target.value) ?? null;
          void setUrl({ status, page: null });
        }}
        className={`${inputClass} w-auto!`}
      >
        <option value="">All statuses</option>
        {KEY_STATUSES.map((status) => (
          <option key={status} value={status}>
            {STATUS_LABELS[status]}
          </option>
        ))}
      </select>
      <span role="status" className="flex w-5 items-center text-soft">
        {loading ? (
          <>
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
            <span className="sr-only">Loading</span>
          </>
        ) : null}
      </span>
    </div>
  );
}
