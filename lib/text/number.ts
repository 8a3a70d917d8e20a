const numbers = new Intl.NumberFormat("en");

/** "1,200": a number as people read it. */
export const numberText = (value: number): string => numbers.format(value);

/** What is counted: one, and many. */
export type Noun = readonly [one: string, many: string];

/** A count with its noun: "1 key", "1,234 keys". */
export const countText = (count: number, [one, many]: Noun) => `${numberText(count)} ${count === 1 ? one : many}`;
