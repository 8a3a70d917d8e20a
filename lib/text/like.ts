/** A person's text as a LIKE pattern that means itself: `%`, `_` and `\` lose their special meaning. */
export function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
