/**
 * Copies a text that is on the page. Where the Clipboard API is missing or refuses, it has the text itself
 * selected and asks the browser to copy: a hidden textarea would lose its focus to a dialog's focus trap.
 * @param select selects exactly this text on the page
 * @returns whether the text is on the clipboard
 */
export async function copyText(text: string, select: () => void): Promise<boolean> {
  if (window.isSecureContext && "clipboard" in navigator) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission refused or the page is not focused: the older way below may still work.
    }
  }
  try {
    select();
    // Deprecated, and the only way there is without a secure context.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand("copy");
  } catch {
    // A browser without this way either: the caller says that nothing was copied.
    return false;
  }
}

/** Copies the text of a read-only field, as {@link copyText} does. */
export function copyFrom(field: HTMLInputElement): Promise<boolean> {
  return copyText(field.value, () => {
    field.focus();
    field.setSelectionRange(0, field.value.length);
  });
}
