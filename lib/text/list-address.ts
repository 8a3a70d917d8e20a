/** A page's query as Next passes it. */
type Given = Readonly<Record<string, string | string[] | undefined>>;

/** The search text stays as typed: otherwise the search box would change while the person types. */
const TYPED = "q";

/**
 * Whether a list's address differs from the list shown: a page beyond the last, an unknown filter, a repeated parameter.
 * Other parameters are ignored.
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
