"use client";

import { clsx } from "clsx";
import { LoaderCircle, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { inputClass } from "@/components/ui/input-class";
import { useEarlyInput } from "@/components/hooks/use-early-input";
import { type UrlChangeOptions, useListUrl } from "@/components/hooks/use-list-url";

const TYPING_MS = 250;

/** The id of the search box; a page has at most one. */
export const SEARCH_ID = "list-search";

interface SearchBoxProps {
  label: string;
  /** The search in the URL. */
  q: string;
  /** Changes the URL. */
  onSearch: (q: string, options: UrlChangeOptions) => void;
  /** Removes from what was typed what must not be in a URL. */
  tidy?: (typed: string) => string;
  className?: string;
}

/** The search box of a list. Its state is in the URL; the server searches. */
export function SearchBox({ label, q, onSearch, tidy = (typed) => typed, className }: SearchBoxProps) {
  const [text, setText] = useState(q);
  const lastSent = useRef(q);

  // Follows the URL when Back or "Clear" changes it, but not while the box is ahead of the URL.
  useEffect(() => {
    if (q === lastSent.current) return;
    lastSent.current = q;
    setText(q);
  }, [q]);

  const search = (typed: string) => {
    const wanted = tidy(typed);
    setText(wanted);
    lastSent.current = wanted;
    // Typing adds no entry to the history; choosing a filter does.
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

/** Announces that the list is loading, and then what was found. Always rendered, because screen readers announce only changes. */
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

interface Choices<Value extends string> {
  readonly label: string;
  /** The label of "no filter". */
  readonly all: string;
  /** Values with their labels. */
  readonly options: readonly (readonly [value: Value, label: string])[];
}

interface Filter<Name extends string> extends Choices<string> {
  /** The parameter in the URL. */
  readonly name: Name;
}

/**
 * The search box of a list, and its filters. Every change starts again at the first page.
 * @param props.url the state in the URL, as the server read it
 * @param props.found the result of the search in words
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

/** A filter by one value, or none. */
export function FilterSelect<Value extends string>({
  label,
  all,
  value,
  options,
  onChange,
  className = "w-auto!",
}: Choices<Value> & { value: Value | null; onChange: (value: Value | null) => void; className?: string }) {
  const choose = (chosen: string) => onChange(options.find(([known]) => known === chosen)?.[0] ?? null);
  const field = useEarlyInput<HTMLSelectElement>(value ?? "", choose);
  return (
    <select
      ref={field}
      aria-label={label}
      autoComplete="off"
      value={value ?? ""}
      onChange={(event) => {
        // Ignores a choice from before the scripts started, which useEarlyInput has handled.
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
