/**
 * The message for an error of a page. Errors of the server have a digest, under which the server logged them.
 * @param what the page's contents, such as "your keys"
 */
export function errorText({ digest }: { readonly digest?: string }, what: string) {
  return digest === undefined
    ? {
        isServers: false,
        title: "Something went wrong on this page",
        text: "This happened in your browser; your data is safe. Reload the page. If it happens again, turn off extensions for this site or try another browser.",
      }
    : {
        isServers: true,
        title: `We can’t load ${what} right now`,
        text: "Your data is safe. Try again in a moment.",
      };
}
