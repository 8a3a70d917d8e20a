import "server-only";

/**
 * The value of this name in the process, made when first asked for. A module's own variable would not do: Next's bundles each have a
 * copy of a module, and its development server loads modules again.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const holder = globalThis as typeof globalThis & { neoProcessWide?: Map<string, object> };
  const values = (holder.neoProcessWide ??= new Map<string, object>());
  const known = values.get(name) as T | undefined;
  if (known) return known;
  const made = make();
  values.set(name, made);
  return made;
}
