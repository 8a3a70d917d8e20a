/** The classes of a link within text. */
export const textLinkClass = "text-accent underline underline-offset-4 hover:no-underline";

/** The classes of a link in a table: underlined, so that colour isn't all that marks it, but quietly. */
export const linkClass =
  "rounded-sm underline decoration-edge/50 underline-offset-4 transition-colors hover:text-accent hover:decoration-current";
