import { textLinkClass } from "@/components/ui/link";
import { LANGUAGE_LABELS, LANGUAGES } from "@/lib/docs/languages";

/** Chooses the language of the samples where scripts don't run. */
export function LanguageLinks() {
  return (
    <noscript>
      <p>
        <span>Show samples in </span>
        {LANGUAGES.map((language, index) => (
          <span key={language}>
            <span>{index === 0 ? "" : ", "}</span>
            <a href={`?lang=${language}`} className={textLinkClass}>
              {LANGUAGE_LABELS[language]}
            </a>
          </span>
        ))}
        <span>.</span>
      </p>
    </noscript>
  );
}
