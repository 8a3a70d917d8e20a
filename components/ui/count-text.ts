const numbers = new Intl.NumberFormat("en");

/**
 * What a search found, as it is announced: "No keys match", "1 key found", "More than 1,000 keys found, page 2".
 * @param page which page of it is shown, from 1
 */
export function foundText(
  count: number,
  isFloor: boolean,
  [one, many]: readonly [one: string, many: string],
  page = 1,
): string {
  if (count === 0) return `No ${many} match`;
  const found = `${isFloor ? "More than " : ""}${numbers.format(count)} ${count === 1 ? one : many} found`;
  return page > 1 ? `${found}, page ${numbers.format(page)}` : found;
}
