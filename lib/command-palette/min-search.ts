/** Length of the shortest text that the command palette searches for on the server, in characters. */
export const MIN_SEARCH = 2;
