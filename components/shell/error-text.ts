/**
 * Whether an error came from the server: those have a digest, under which the server logged them. All others are the page's
 * or the browser's own.
 */
export function isServersError(error: { readonly digest?: string }): boolean {
  return typeof error.digest === "string";
}

/** What is said of an error of the page's or the browser's own. */
export const PAGES_OWN_ERROR = {
  title: "Something went wrong on this page",
  text: "This happened in your browser; your data is safe. Reload the page. If it happens again, turn off extensions for this site or try another browser.",
} as const;
