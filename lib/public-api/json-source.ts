/** What a JSON text says at a place and a parsed value cannot show. */
export interface SourceProblem {
  /** Names and indices from the outermost value to the place. */
  readonly path: readonly (string | number)[];
  /** Completes the sentence that begins with the field. */
  readonly message: string;
}

/** The tokens of valid JSON that matter here. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A number as its significant digits and a power of ten, so that 1.50, 15e-1 and 1.5 are the same text. */
function canonical(text: string): string | null {
  const parts = NUMBER.exec(text);
  if (!parts) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = (whole + fraction).replace(/^0+/, "");
  // A pattern for the zeros at the end would take quadratic time.
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  if (end === 0) return "0";
  return `${sign}${digits.slice(0, end)}e${String(Number(exponent) - fraction.length + digits.length - end)}`;
}

/** Why a number would not come back with the value it was sent with; null where it would. */
function numberProblem(text: string): string | null {
  // Every decimal of 15 digits or fewer survives a double.
  if (text.length <= 15 && !/[eE]/.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return "is a number beyond the range of a double; send it as a string";
  if (canonical(text) === canonical(String(value))) return null;
  return `is a number that a double cannot hold (it would become ${String(value)}); send it as a string`;
}

interface Level {
  /** The names seen so far; null in an array. */
  readonly names: Set<string> | null;
  key: string | number;
  atName: boolean;
}

/**
 * Finds what JSON.parse changes silently: numbers that a double cannot hold, and fields that an object has twice, of which
 * only the last would count.
 * @param text valid JSON
 */
export function* sourceProblems(text: string): Generator<SourceProblem, void, undefined> {
  const levels: Level[] = [];
  const problem = (message: string) => ({ path: levels.map(({ key }) => key), message });
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{") levels.push({ names: new Set(), key: "", atName: true });
    else if (token === "[") levels.push({ names: null, key: 0, atName: false });
    else if (token === "}" || token === "]") levels.pop();
    else if (token === ":") {
      if (level) level.atName = false;
    } else if (token === ",") {
      if (typeof level?.key === "number") level.key++;
      else if (level) level.atName = true;
    } else if (token.startsWith('"')) {
      if (!level?.names || !level.atName) continue;
      level.key = JSON.parse(token) as string;
      if (level.names.has(level.key)) yield problem("is given more than once");
      level.names.add(level.key);
    } else {
      const message = numberProblem(token);
      if (message) yield problem(message);
    }
  }
}
