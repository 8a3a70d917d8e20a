"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";

import { keepTheme, shownTheme } from "@/components/theme/kept-theme";

const CHOICES = [
  { theme: "system", label: "System", icon: Monitor },
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
] as const;

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** Chooses the theme of this browser. Takes effect immediately. */
export function ThemeSwitch() {
  const shown = useSyncExternalStore(subscribe, shownTheme, () => null);
  return (
    <fieldset>
      <legend className="mb-1 text-xs text-soft">Theme</legend>
      <div className="grid grid-cols-3 gap-0.5 rounded-md bg-canvas p-0.5">
        {CHOICES.map(({ theme, label, icon: Icon }) => (
          <label
            key={theme}
            className="relative flex h-7 items-center justify-center gap-1.5 rounded-md border border-transparent text-xs text-soft transition-colors hover:text-ink has-checked:border-edge has-checked:bg-surface has-checked:font-medium has-checked:text-ink forced-colors:border-[Canvas] forced-colors:has-checked:border-[Highlight]"
          >
            <input
              type="radio"
              name="theme"
              value={theme}
              checked={shown === theme}
              onChange={() => keepTheme(theme)}
              className="absolute inset-0 cursor-pointer appearance-none rounded-md -outline-offset-2"
            />
            <Icon aria-hidden className="size-3.5" />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
