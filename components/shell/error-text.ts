/** Whether an error came from the server: those have a digest, under which the server logged them. */
export function isServersError(error: { readonly digest?: string }): boolean {
  return typeof error.digest === "string";
}

/** The message for an error in the page or the browser. */
export const PAGES_OWN_ERROR = {
  title: "Something went wrong on this page",
  text: "This happened in your browser; your data is safe. Reload the page. If it happens again, turn off extensions for this site or try another browser.",
} as const;
