"use client";

import { clsx } from "clsx";
import { LoaderCircle, Search } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { inputClass } from "@/components/ui/input-class";
import { useEarlyInput } from "@/components/ui/use-early-input";
import type { UrlChangeOptions } from "@/components/ui/use-list-url";

const TYPING_MS = 250;

/** The search box of a page; there is one at most. */
export const SEARCH_ID = "list-search";

interface SearchBoxProps {
  label: string;
  /** What the URL says. */
  q: string;
  /** Writes the URL. */
  onSearch: (q: string, options: UrlChangeOptions) => void;
  /** Makes of what was typed what may stand in a URL. */
  tidy?: (typed: string) => string;
  className?: string;
}

/** The search box of a list. Its state is the URL; the server does the work. */
export function SearchBox({ label, q, onSearch, tidy = (typed) => typed, className }: SearchBoxProps) {
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
    // Typing is no step in the history; choosing a filter is.
    onSearch(wanted, { wait: wanted ? TYPING_MS : 0, push: false });
  };
  const field = useEarlyInput<HTMLInputElement>(q, search);

  return (
    <div className={clsx("relative min-w-40 flex-1 md:max-w-72", className)}>
      <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-soft" />
      <input
        ref={field}
        id={SEARCH_ID}
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
  );
}

/** Says that the list is on its way, and then what was found; takes its room always, so that a change is announced. */
export function LoadingMark({ loading, found }: { loading: boolean; found: string }) {
  return (
    <span role="status" className="flex w-5 items-center text-soft">
      {loading ? (
        <>
          <LoaderCircle aria-hidden className="size-4 animate-spin" />
          <span className="sr-only">Loading</span>
        </>
      ) : (
        <span className="sr-only">{found}</span>
      )}
    </span>
  );
}

/** The search box of a list, and its filters. */
export function ListToolbar({
  loading,
  found,
  children,
  ...search
}: SearchBoxProps & { loading: boolean; found: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 print:hidden">
      <SearchBox {...search} />
      {children}
      <LoadingMark loading={loading} found={found} />
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
  className = "w-auto!",
}: {
  label: string;
  /** The choice of no filter. */
  all: string;
  value: Value | null;
  /** Values with their words. */
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value | null) => void;
  className?: string;
}) {
  const choose = (chosen: string) => {
    onChange(options.find(([known]) => known === chosen)?.[0] ?? null);
  };
  const field = useEarlyInput<HTMLSelectElement>(value ?? "", choose);
  return (
    <select
      ref={field}
      aria-label={label}
      autoComplete="off"
      value={value ?? ""}
      onChange={(event) => {
        // Heard already, when the choice came before the page's scripts.
        if (event.target.value !== (value ?? "")) choose(event.target.value);
      }}
      className={clsx(inputClass, className)}
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
