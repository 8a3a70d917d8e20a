/** Characters of a `Location`: with a page's other headers it stays below 4 kB, which is all that nginx reads by default. */
export const MAX_LOCATION = 1_500;

/**
 * A redirect within this site that no proxy refuses for its length. Next and NextAuth repeat in it what the address said.
 * @param location what `Location` would be
 * @param origin this site's, e.g. `https://keys.example.com`
 * @returns the same; without query and fragment where it is too long; the first page where even that is
 */
export function shortLocation(location: string, origin: string): string {
  const isLocal = location.startsWith("/") || location.startsWith(`${origin}/`);
  if (location.length <= MAX_LOCATION || !isLocal) return location;
  const page = location.replace(/[?#].*/s, "");
  return page.length <= MAX_LOCATION ? page : "/";
}
