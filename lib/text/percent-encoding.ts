/** Whether every percent sign of a text begins a UTF-8 character (RFC 3986 §2.1). */
export function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
