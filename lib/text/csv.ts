/** Characters that begin a formula; some spreadsheets accept full-width ones too. */
const FORMULA = "[=+\\-@＝＋－＠]";
const AT_START = new RegExp(`^(?:[\\t\\r\\n]|[\\s"]*${FORMULA})`);
/** Where a spreadsheet that separates cells by semicolons or tabs begins the next cell. */
const AFTER_SEPARATOR = new RegExp(`([;\\t\\r\\n][\\s"]*)(?=${FORMULA})`, "g");

/**
 * A CSV field (RFC 4180), quoted where needed. An apostrophe turns what a spreadsheet would run as a formula into text (OWASP,
 * "CSV Injection"): at the beginning, and wherever another reader would begin a cell.
 * @param value null for an empty field
 */
export function csvField(value: string | null): string {
  if (value === null) return "";
  const inside = value.replace(AFTER_SEPARATOR, "$1'");
  const text = AT_START.test(value) ? `'${inside}` : inside;
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The content type of a CSV file with a header. */
export const CSV_TYPE = "text/csv; charset=utf-8; header=present";

/** The first line of a file. The byte order mark makes Excel read UTF-8. */
export const csvHead = (names: readonly string[]) => `\ufeff${names.join(",")}\r\n`;

/** One line of a file. @param values null for an empty field */
export const csvLine = (values: readonly (string | null)[]) => `${values.map(csvField).join(",")}\r\n`;
