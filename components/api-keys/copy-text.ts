/**
 * Copies the text of a read-only field. Where the Clipboard API is missing (plain http) or refuses, it selects the
 * field itself and asks the browser to copy: a hidden textarea would lose its focus to the dialog's focus trap.
 * @returns whether the text is on the clipboard
 */
export async function copyFrom(field: HTMLInputElement): Promise<boolean> {
  if (window.isSecureContext && "clipboard" in navigator) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // Permission refused or the page is not focused: the older way below may still work.
    }
  }
  field.focus();
  field.setSelectionRange(0, field.value.length);
  // Deprecated, and the only way there is without a secure context.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return document.execCommand("copy");
}
