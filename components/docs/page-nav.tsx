"use client";

import { clsx } from "clsx";
import { useEffect, useMemo, useRef, useState } from "react";

import { filterSections, type NavEntry, type NavSection } from "@/components/docs/nav-filter";
import { useCurrentSection } from "@/components/hooks/use-current-section";
import { inputClass } from "@/components/ui/input";

/** The sections of the page, the current one marked. It stays in view where it is beside the content. */
export function PageNav({ sections, searchable = false }: { sections: readonly NavSection[]; searchable?: boolean }) {
  const [search, setSearch] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const ids = useMemo(
    () => filterSections(sections, "").flatMap(({ id, entries }) => [id, ...entries.map((entry) => entry.id)]),
    [sections],
  );
  const current = useCurrentSection(ids);
  const shown = filterSections(sections, search);
  const first = shown.flatMap((section) => [...section.entries, section])[0];

  // Not scrollIntoView, which may scroll the page as well.
  useEffect(() => {
    const box = list.current;
    const link = box?.querySelector<HTMLElement>("[aria-current]");
    if (!box || !link) return;
    const isVisible =
      link.offsetTop >= box.scrollTop && link.offsetTop + link.offsetHeight <= box.scrollTop + box.clientHeight;
    if (!isVisible) box.scrollTop = link.offsetTop - box.clientHeight / 2;
  }, [current]);

  return (
    <nav aria-label="On this page" className="min-w-0 print:hidden">
      <div className="flex flex-col gap-3 @3xl:sticky @3xl:top-4 @3xl:max-h-[calc(100dvh-2rem)]">
        {searchable ? (
          <input
            type="search"
            aria-label="Search this page"
            placeholder="Search this page"
            autoComplete="off"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
            onKeyDown={({ key }) => {
              if (key !== "Enter" || !search || !first) return;
              list.current?.querySelector<HTMLAnchorElement>(`a[href="#${first.id}"]`)?.click();
            }}
            className={clsx(inputClass, "noscript:hidden")}
          />
        ) : null}
        <ul
          ref={list}
          className={clsx(
            "relative grid min-h-0 content-start gap-x-4 gap-y-1 p-1 @3xl:gap-y-3 @3xl:overflow-y-auto",
            // Above the content there is room for the sections only.
            search || "@max-3xl:flex @max-3xl:flex-wrap",
          )}
        >
          {shown.map((section) => (
            <li key={section.id}>
              <Entry entry={section} isCurrent={section.id === current} className="font-medium" />
              {section.entries.length > 0 ? (
                <ul className={clsx("mt-1 ml-0.5 border-l border-line", search || "@max-3xl:hidden")}>
                  {section.entries.map((entry) => (
                    <li key={entry.id}>
                      <Entry entry={entry} isCurrent={entry.id === current} className="-ml-px border-l pl-3" />
                    </li>
                  ))}
                </ul>
              ) : null}
            </li>
          ))}
        </ul>
        {searchable ? (
          <p role="status" className={shown.length > 0 ? "sr-only" : "text-soft"}>
            {search && shown.length === 0 ? "Nothing on this page matches." : ""}
          </p>
        ) : null}
      </div>
    </nav>
  );
}

function Entry({ entry, isCurrent, className }: { entry: NavEntry; isCurrent: boolean; className: string }) {
  return (
    <a
      href={`#${entry.id}`}
      aria-current={isCurrent ? "location" : undefined}
      className={clsx(
        "block py-0.5 [overflow-wrap:anywhere]",
        className,
        isCurrent ? "border-accent forced-fill text-accent" : "border-transparent text-soft hover:text-ink",
      )}
    >
      {entry.title}
    </a>
  );
}
