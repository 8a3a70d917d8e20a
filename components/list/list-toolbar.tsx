"use client";

import { clsx } from "clsx";
import { LoaderCircle, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { inputClass } from "@/components/ui/input-class";
import { useEarlyInput } from "@/components/hooks/use-early-input";
import { type UrlChangeOptions, useListUrl } from "@/components/hooks/use-list-url";

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
        onChange={(event) => search(event.target.value)}
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

interface Filter<Name extends string> {
  /** The parameter of the URL. */
  readonly name: Name;
  readonly label: string;
  /** The choice of no filter. */
  readonly all: string;
  /** Values with their words. */
  readonly options: readonly (readonly [value: string, words: string])[];
}

/**
 * The search box of a list, and its filters. Every change begins at the first page again.
 * @param props.url what the URL says, as the server read it
 * @param props.found what was found, in words
 */
export function ListToolbar<Name extends string>({
  url: fromServer,
  label,
  tidy,
  found,
  filters,
}: {
  url: Readonly<Record<Name, string | null>> & { readonly q: string };
  found: string;
  filters: readonly Filter<Name>[];
} & Pick<SearchBoxProps, "label" | "tidy">) {
  const [url, setUrl, loading] = useListUrl<Readonly<Record<string, string | null>>>(fromServer, ["page"]);
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 print:hidden">
      <SearchBox label={label} q={url.q ?? ""} tidy={tidy} onSearch={(q, options) => setUrl({ q }, options)} />
      {filters.map(({ name, ...filter }) => (
        <FilterSelect
          key={name}
          {...filter}
          value={url[name] ?? null}
          onChange={(value) => setUrl({ [name]: value })}
        />
      ))}
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
  const choose = (chosen: string) => onChange(options.find(([known]) => known === chosen)?.[0] ?? null);
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
