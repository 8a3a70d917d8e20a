const numbers = new Intl.NumberFormat("en");

/** "1,200": a number as people read it. */
export const numberText = (value: number): string => numbers.format(value);
