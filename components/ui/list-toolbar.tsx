"use client";

import { LoaderCircle, Search } from "lucide-react";
import { debounce, type Options } from "nuqs";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { inputClass } from "@/components/ui/field";

const TYPING_MS = 250;

/**
 * The search box of a list, and its filters. Their state is the URL; the server does the work.
 * @param q what the URL says
 * @param onSearch writes the URL; an empty box gives null
 * @param tidy makes of what was typed what may stand in a URL
 */
export function ListToolbar({
  label,
  q,
  onSearch,
  tidy = (typed) => typed,
  loading,
  children,
}: {
  label: string;
  q: string;
  onSearch: (q: string | null, options: Options) => void;
  tidy?: (typed: string) => string;
  loading: boolean;
  children: ReactNode;
}) {
  const [text, setText] = useState(q);
  const lastSent = useRef(q);

  // The URL also changes by the back button and by "Clear": the box follows, but never while it is ahead of the URL.
  useEffect(() => {
    if (q === lastSent.current) return;
    lastSent.current = q;
    setText(q);
  }, [q]);

  const search = (typed: string) => {
    const wanted = tidy(typed);
    setText(wanted);
    lastSent.current = wanted;
    onSearch(wanted || null, { limitUrlUpdates: wanted ? debounce(TYPING_MS) : undefined });
  };

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <div className="relative min-w-40 flex-1 md:max-w-72">
        <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-soft" />
        <input
          type="search"
          aria-label={label}
          placeholder="Search"
          autoComplete="off"
          value={text}
          onChange={(event) => {
            search(event.target.value);
          }}
          className={`${inputClass} pl-8`}
        />
      </div>
      {children}
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

/** A filter of one value or all. */
export function FilterSelect<Value extends string>({
  label,
  all,
  value,
  options,
  onChange,
}: {
  label: string;
  /** The choice of no filter. */
  all: string;
  value: Value | null;
  /** Values with their words. */
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value | null) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => {
        onChange(options.find(([known]) => known === event.target.value)?.[0] ?? null);
      }}
      className={`${inputClass} w-auto!`}
    >
      <option value="">{all}</option>
      {options.map(([known, words]) => (
        <option key={known} value={known}>
          {words}
        </option>
      ))}
    </select>
  );
}
