const numbers = new Intl.NumberFormat("en");

/** What a search found, as it is announced: "No keys match", "1 key found", "More than 1,000 keys found". */
export function foundText(count: number, isFloor: boolean, [one, many]: readonly [one: string, many: string]): string {
  if (count === 0) return `No ${many} match`;
  return `${isFloor ? "More than " : ""}${numbers.format(count)} ${count === 1 ? one : many} found`;
}
