/** The label of an action or a kind of target; one of another version of Neo stays as it is stored. */
export function labelOf(labels: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? name) : name;
}
