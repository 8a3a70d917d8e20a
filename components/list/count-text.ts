/** Formats numbers as lists show them. */
export const numbers = new Intl.NumberFormat("en");

/** A count with its noun: "1 key", "more than 1,000 keys". @param isFloor whether there are more than `count` */
export function countText(count: number, isFloor: boolean, [one, many]: readonly [one: string, many: string]): string {
  return `${isFloor ? "more than " : ""}${numbers.format(count)} ${count === 1 ? one : many}`;
}

/**
 * The result of a search, for screen readers: "No keys match", "1 key found", "More than 1,000 keys found, page 2".
 * @param page the page that is shown, from 1
 */
export function foundText(
  count: number,
  isFloor: boolean,
  noun: readonly [one: string, many: string],
  page = 1,
): string {
  if (count === 0) return `No ${noun[1]} match`;
  const found = `${countText(count, isFloor, noun).replace(/^m/, "M")} found`;
  return page > 1 ? `${found}, page ${numbers.format(page)}` : found;
}
