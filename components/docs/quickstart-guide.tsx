import Link from "next/link";

import { Code, DocSection, Paragraph, textLink } from "@/components/docs/prose";
import { SnippetTabs } from "@/components/docs/snippet-tabs";
import { API_KEYS_PATH, API_REFERENCE_PATH } from "@/components/shell/paths";
import { Callout } from "@/components/ui/callout";
import { LANGUAGES } from "@/lib/docs/languages";
import { ENVELOPES, snippet, type SnippetName } from "@/lib/docs/snippets";

const SECTIONS = [
  ["key", "Get a key"],
  ["first-request", "Make the first request"],
  ["envelope", "Read the envelope"],
  ["paging", "Pagination"],
  ["rate-limit", "Rate limits"],
  ["idempotency", "Retry a POST safely"],
  ["key-safety", "Keep the key safe"],
] as const;

/** From no key to a program that paginates, backs off and retries. @param baseUrl the deployment's own address */
export function QuickstartGuide({ baseUrl, isAdmin }: { baseUrl: string; isAdmin: boolean }) {
  const programs = (name: SnippetName) =>
    LANGUAGES.map((language) => [language, snippet(name, language, baseUrl)] as const);
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_14rem]">
      <div className="grid min-w-0 gap-8">
        <GetAKey isAdmin={isAdmin} />

        <DocSection id="first-request" title="Make the first request">
          <Paragraph>
            List your agents. The key goes into the <Code>Authorization</Code> header and nowhere else.
          </Paragraph>
          <SnippetTabs title="first request" programs={programs("first-request")} />
          <p className="max-w-prose text-xs text-soft">
            PowerShell needs version 7 or later. Python needs only its standard library. For TypeScript, save the file
            as <Code>neo.mts</Code> and run <Code>npx tsx neo.mts</Code>. The longer curl examples are bash scripts that
            use jq.
          </p>
        </DocSection>

        <DocSection id="envelope" title="Read the envelope">
          <Paragraph>
            Every success has <Code>data</Code> and <Code>meta</Code>:
          </Paragraph>
          <Sample>{ENVELOPES.success}</Sample>
          <Paragraph>
            Every failure has <Code>error</Code> and <Code>meta</Code>. Branch on the status, <Code>error.code</Code> or{" "}
            <Code>error.details.reason</Code>; the message is for people.
          </Paragraph>
          <Sample>{ENVELOPES.failure}</Sample>
          <Paragraph>
            Keep <Code>meta.request_id</Code> in your logs, and quote it when you report a problem; it is also the{" "}
            <Code>X-Request-Id</Code> header. New fields may appear at any time: ignore the ones you don’t know.
          </Paragraph>
        </DocSection>

        <DocSection id="paging" title="Pagination">
          <Paragraph>
            Lists come in pages of up to 200. Send <Code>meta.pagination.next_cursor</Code> back as <Code>cursor</Code>{" "}
            until it is null. A cursor is opaque and belongs to its list and filters. No item is repeated or skipped
            while others add to the list.
          </Paragraph>
          <SnippetTabs title="loop over all pages" programs={programs("paging")} />
        </DocSection>

        <DocSection id="rate-limit" title="Rate limits">
          <Paragraph>
            Your organisation’s keys and members share one limit over any 60 seconds. <Code>X-RateLimit-Remaining</Code>{" "}
            says how many requests are left. Over the limit, the API responds with 429 and the number of seconds to wait
            in <Code>Retry-After</Code>. A 503 carries it too.
          </Paragraph>
          <SnippetTabs title="retry after a wait" programs={programs("rate-limit")} />
        </DocSection>

        <DocSection id="idempotency" title="Retry a POST safely">
          <Paragraph>
            When a connection breaks, you can’t know whether a <Code>POST</Code> arrived. Send it again with the same{" "}
            <Code>Idempotency-Key</Code>: for 24 hours you get the first response again, and nothing is created twice.
            Use a new random key for each new request.
          </Paragraph>
          <SnippetTabs title="POST that is safe to retry" programs={programs("idempotency")} />
        </DocSection>

        <KeepTheKeySafe />
      </div>
      <Contents />
    </div>
  );
}

function Sample({ children }: { children: string }) {
  return (
    <pre
      translate="no"
      className="rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap"
    >
      {children}
    </pre>
  );
}

function GetAKey({ isAdmin }: { isAdmin: boolean }) {
  return (
    <DocSection id="key" title="Get a key">
      <Paragraph>
        {isAdmin ? (
          <span>
            Create one under{" "}
            <Link href={API_KEYS_PATH} className={textLink}>
              Roles &amp; Access › API Keys
            </Link>
            , and name it for the integration that will use it.
          </span>
        ) : (
          <span>
            Ask an admin of your organisation for one: admins create keys under Roles &amp; Access › API Keys.
          </span>
        )}{" "}
        <span>
          The programs below read it from the environment variable <Code>NEO_API_KEY</Code>. It belongs to your
          organisation and carries its access, so requests never name an organisation.
        </span>
      </Paragraph>
    </DocSection>
  );
}

function KeepTheKeySafe() {
  return (
    <DocSection id="key-safety" title="Keep the key safe">
      <Callout tone="warn">
        Anyone with the key can act on your organisation through the API. Treat it like a password.
      </Callout>
      <ul className="grid max-w-prose list-disc gap-2 pl-5">
        <li>
          <strong>Use one key per integration</strong> and name it for that integration. You can then rotate or revoke
          one without touching the others, and “Last used” shows which are still live.
        </li>
        <li>
          <strong>Store it in a secrets manager</strong> or your platform’s environment configuration. Never put it in
          source control, a URL, a log or a ticket.
        </li>
        <li>
          <strong>Rotate on a schedule, and immediately if a key may have leaked.</strong> After a rotation the old key
          works for 24 more hours, so you can roll out the new one. The key’s page shows who still uses the old one. If
          it has leaked, switch to the new key, then revoke the old one right away.
        </li>
        <li>
          <strong>Never embed it in a browser</strong>, a mobile app or anything else a customer could inspect. The API
          is for server-to-server use and doesn’t allow cross-origin requests.
        </li>
        <li>
          <strong>Set an expiry</strong> on keys meant to be short-lived.
        </li>
      </ul>
      <Paragraph>
        Next:{" "}
        <Link href={API_REFERENCE_PATH} className={textLink}>
          all endpoints in the API reference
        </Link>
        .
      </Paragraph>
    </DocSection>
  );
}

function Contents() {
  return (
    <nav aria-label="On this page" className="max-lg:hidden">
      <ul className="sticky top-4 grid gap-1.5 border-l border-line pl-4">
        {SECTIONS.map(([id, title]) => (
          <li key={id}>
            <a href={`#${id}`} className="inline-block py-0.5 text-soft hover:text-ink hover:underline">
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
