/** `CHAINED_ACTIONS` as "Chained actions". */
export function agentLabel(constant: string): string {
  const text = constant.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What starts an agent. */
export function triggerLabel(trigger: string): string {
  return trigger === "NONE" ? "No trigger" : agentLabel(trigger);
}
