/** A person's text as a LIKE pattern that means itself: `%`, `_` and `\` lose their special meaning. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
