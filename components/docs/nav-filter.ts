/** An entry of a page's navigation. */
export interface NavEntry {
  /** The anchor. */
  readonly id: string;
  readonly title: string;
  /** What else a search finds it by. */
  readonly words?: string;
}

/** A section of a page, and what is in it. */
export interface NavSection extends NavEntry {
  readonly entries: readonly NavEntry[];
  /** Whether the entries are too many to be shown before a search. */
  readonly onlySearched?: boolean;
}

/** The navigation for a search: entries that have every word of it, in their sections; without a search, what is shown by default. */
export function filterSections(sections: readonly NavSection[], search: string): readonly NavSection[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0)
    return sections.map((section) => (section.onlySearched ? { ...section, entries: [] } : section));
  const fits = ({ title, words = "" }: NavEntry) => {
    const text = `${title} ${words}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return sections.flatMap((section) => {
    const entries = section.entries.filter(fits);
    return entries.length > 0 || fits(section) ? [{ ...section, entries }] : [];
  });
}
