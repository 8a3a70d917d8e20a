/**
 * Whether a range of time has no moment in it, because it ends where it begins or before.
 * @param range from this moment on, itself included; before that one, itself excluded; ISO strings, or null for no end
 */
export function isBackwards({ from, to }: { readonly from: string | null; readonly to: string | null }): boolean {
  return from !== null && to !== null && Date.parse(from) >= Date.parse(to);
}
