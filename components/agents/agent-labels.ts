/** `CHAINED_ACTIONS` as people read it: "Chained actions". */
export function words(constant: string): string {
  const text = constant.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What starts an agent, as people read it. */
export function triggerWords(trigger: string): string {
  return trigger === "NONE" ? "No trigger" : words(trigger);
}
