/**
 * Whether a time range ends before it begins; an empty range is valid.
 * @param range ISO strings or dates; nothing for an open end
 */
export function isBackwards({ from, to }: { readonly from?: End; readonly to?: End }): boolean {
  return Boolean(from && to && new Date(from) > new Date(to));
}

type End = Date | string | null | undefined;
