import { useEffect, useState } from "react";

/** A section is current once its top is in the upper part of the window: this share of it. */
const UPPER = 0.3;

/**
 * Which section of the page is being read.
 * @param ids the anchors of all sections, in the order of the page; the same array for as long as they are the same
 * @returns the first one until the page is scrolled
 */
export function useCurrentSection(ids: readonly string[]): string | null {
  const [current, setCurrent] = useState<string | null>(null);
  useEffect(() => {
    let frame = 0;
    const update = () => {
      frame = 0;
      const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
      // The last sections can be too short to get to the upper part.
      const isAtEnd = scrollTop + clientHeight >= scrollHeight - 2;
      const line = clientHeight * (isAtEnd ? 1 : UPPER);
      if (scrollTop === 0) {
        setCurrent(ids[0] ?? null);
        return;
      }
      const begun = ids.filter((id) => (document.getElementById(id)?.getBoundingClientRect().top ?? Infinity) < line);
      setCurrent(begun.at(-1) ?? ids[0] ?? null);
    };
    const schedule = () => {
      frame ||= requestAnimationFrame(update);
    };
    schedule();
    window.addEventListener("scroll", schedule, { passive: true });
    window.addEventListener("resize", schedule);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", schedule);
      window.removeEventListener("resize", schedule);
    };
  }, [ids]);
  return current;
}
