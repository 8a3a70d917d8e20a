/**
 * Copies a text that is on the page. Where the Clipboard API is missing or refuses, it selects the text and asks the
 * browser to copy: a hidden textarea would lose its focus to a dialog's focus trap.
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
    // Deprecated, but the only way without a secure context.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
