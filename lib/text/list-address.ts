/** A page's query as Next hands it over. */
type Given = Readonly<Record<string, string | string[] | undefined>>;

/** What is searched for stays as it was typed: the box would otherwise change under the person's hands. */
const TYPED = "q";

/**
 * Whether a list's address says something else than the list that it leads to: a page beyond the last, a filter that does
 * not exist, a parameter twice. Parameters that are not the list's say nothing.
 * @param parsers the list's parameters, with their defaults
 * @param given the query as it was sent
 * @param shown the query of what is shown
 */
export function isMisstated(parsers: Readonly<Record<string, object>>, given: Given, shown: string): boolean {
  const right = new URLSearchParams(shown);
  return Object.entries(parsers).some(([name, parser]) => {
    if (name === TYPED || given[name] === undefined) return false;
    const unsaid = "defaultValue" in parser ? String(parser.defaultValue) : "";
    return given[name] !== (right.get(name) ?? unsaid);
  });
}
