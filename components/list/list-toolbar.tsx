"use client";

import { clsx } from "clsx";
import { LoaderCircle, Search } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";

import { useEarlyInput } from "@/components/hooks/use-early-input";
import { type UrlChangeOptions, useListUrl } from "@/components/hooks/use-list-url";
import type { Filter } from "@/components/list/filter";
import { FilterButton } from "@/components/list/filter-button";
import { Button, buttonClass } from "@/components/ui/button";
import { inputClass } from "@/components/ui/input";
import { redactSearch } from "@/lib/text/redact-search";

const TYPING_MS = 250;

/** The id of the search box; a page has at most one. */
const SEARCH_ID = "list-search";

/** For what disappears once it has cleared the search: the focus must not be lost with it. */
const focusSearch = () => document.getElementById(SEARCH_ID)?.focus();

interface SearchBoxProps {
  label: string;
  /** The search in the URL. */
  q: string;
  /** Changes the URL. */
  onSearch: (q: string, options: UrlChangeOptions) => void;
  /** Whether to remove keys from what was typed: they must not be in a URL. */
  redact?: boolean | undefined;
  className?: string;
}

/** Leads to the whole list. */
export function ClearFilters({ path, label = "Clear search and filters" }: { path: string; label?: string }) {
  return (
    <Link href={path} className={buttonClass()} onNavigate={focusSearch}>
      {label}
    </Link>
  );
}

/** The search box of a list. Its state is in the URL; the server searches. */
export function SearchBox({ label, q, onSearch, redact = false, className }: SearchBoxProps) {
  const [text, setText] = useState(q);
  const lastSent = useRef(q);

  // Follows the URL when Back or "Clear" changes it, but not while the box is ahead of the URL.
  useEffect(() => {
    if (q === lastSent.current) return;
    lastSent.current = q;
    setText(q);
  }, [q]);

  const search = (typed: string) => {
    const wanted = redact ? redactSearch(typed) : typed;
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

/** The search and the filters of a list. */
export interface ListSearch<Name extends string> extends Pick<SearchBoxProps, "label" | "redact"> {
  /** The state in the URL, as the server read it. */
  readonly url: Readonly<Record<Name, string | null>> & { readonly q: string };
  readonly filters: readonly Filter<Name>[];
}

/** The search box of a list, and its filters. Every change starts again at the first page. */
export function ListToolbar<Name extends string>({
  url: fromServer,
  filters,
  found,
  ...box
}: ListSearch<Name> & { found: string }) {
  const [url, setUrl, loading] = useListUrl<Readonly<Record<string, string | null>>>(fromServer, ["page"]);
  const names = ["q", ...filters.map(({ name }) => name)];
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 print:hidden">
      <SearchBox {...box} q={url.q ?? ""} onSearch={(q, options) => setUrl({ q }, options)} />
      {filters.map(({ name, ...filter }) => (
        <FilterButton
          key={name}
          {...filter}
          value={url[name] ?? null}
          onChange={(value) => setUrl({ [name]: value })}
        />
      ))}
      <ClearAll
        isSet={names.some((name) => url[name])}
        onClear={() => setUrl(Object.fromEntries(names.map((name) => [name, null])))}
      />
      <LoadingMark loading={loading} found={found} />
    </div>
  );
}

/** Clears search and filters, where any is set. */
export function ClearAll({ isSet, onClear }: { isSet: boolean; onClear: () => void }) {
  if (!isSet) return null;
  const clear = () => {
    focusSearch();
    onClear();
  };
  return (
    <Button look="quiet" onClick={clear}>
      Clear
    </Button>
  );
}
