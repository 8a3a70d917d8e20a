/** The message for an error of a page. The server's errors have a digest. @param what the page's contents, such as "your keys" */
export function errorText({ digest }: { readonly digest?: string }, what: string) {
  const isServers = digest !== undefined;
  return {
    isServers,
    title: isServers ? `We can’t load ${what} right now` : "Something went wrong on this page",
    text: isServers
      ? "Your data is safe. Try again in a moment."
      : "This happened in your browser; your data is safe. Reload the page. If it happens again, turn off extensions for this site or try another browser.",
  };
}
