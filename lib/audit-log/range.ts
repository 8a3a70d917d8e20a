/**
 * Whether a range of time ends before it begins. One that ends where it begins is empty, but no mistake.
 * @param range its ends as ISO strings or dates; nothing for an open end
 */
export function isBackwards({ from, to }: { readonly from?: End; readonly to?: End }): boolean {
  return Boolean(from && to && new Date(from) > new Date(to));
}

type End = Date | string | null | undefined;
