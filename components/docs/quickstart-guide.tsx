import Link from "next/link";

import { CodeBlock } from "@/components/ui/code-block";
import { LanguageLinks } from "@/components/docs/language-links";
import { PageNav } from "@/components/docs/page-nav";
import { Code, DocPage, DocSection, Paragraph } from "@/components/docs/prose";
import { Samples } from "@/components/docs/samples";
import { API_KEYS_PATH, API_REFERENCE_PATH } from "@/components/shell/paths";
import { Callout } from "@/components/ui/callout";
import { textLinkClass } from "@/components/ui/link";
import { envelopes } from "@/lib/docs/envelopes";
import { snippets } from "@/lib/docs/snippets";

const SECTIONS = [
  ["key", "Get a key"],
  ["first-request", "Make the first request"],
  ["envelope", "Read the envelope"],
  ["paging", "Pagination"],
  ["rate-limit", "Rate limits"],
  ["idempotency", "Retry a POST safely"],
  ["key-safety", "Keep the key safe"],
].map(([id = "", title = ""]) => ({ id, title, entries: [] }));

/** From no key to a program that paginates, backs off and retries. @param baseUrl the deployment's own address */
export function QuickstartGuide({ baseUrl, isAdmin }: { baseUrl: string; isAdmin: boolean }) {
  return (
    <DocPage nav={<PageNav sections={SECTIONS} />}>
      <GetAKey isAdmin={isAdmin} />

      <DocSection
        id="first-request"
        title="Make the first request"
        samples={<Samples title="first request" programs={snippets("first-request", baseUrl)} />}
      >
        <Paragraph>
          List your agents. The key goes into the <Code>Authorization</Code> header and nowhere else.
        </Paragraph>
        <p className="max-w-prose text-xs text-soft">
          PowerShell needs version 7 or later. Python needs only its standard library. For TypeScript, save the file as{" "}
          <Code>neo.mts</Code> and run <Code>npx tsx neo.mts</Code>. The longer curl examples are bash scripts that use
          jq.
        </p>
        <LanguageLinks />
      </DocSection>

      <ReadTheEnvelope baseUrl={baseUrl} />

      <DocSection
        id="paging"
        title="Pagination"
        samples={<Samples title="loop over all pages" programs={snippets("paging", baseUrl)} />}
      >
        <Paragraph>
          Lists come in pages of up to 200. Send <Code>meta.pagination.next_cursor</Code> back as <Code>cursor</Code>{" "}
          until it is null. A cursor is opaque and belongs to its list and filters. No item is repeated or skipped while
          others add to the list.
        </Paragraph>
      </DocSection>

      <DocSection
        id="rate-limit"
        title="Rate limits"
        samples={<Samples title="retry after a wait" programs={snippets("rate-limit", baseUrl)} />}
      >
        <Paragraph>
          Your organisation’s keys and members share one limit over any 60 seconds. <Code>X-RateLimit-Remaining</Code>{" "}
          says how many requests are left. Over the limit, the API responds with 429 and the number of seconds to wait
          in <Code>Retry-After</Code>. A 503 carries it too.
        </Paragraph>
      </DocSection>

      <DocSection
        id="idempotency"
        title="Retry a POST safely"
        samples={<Samples title="POST that is safe to retry" programs={snippets("idempotency", baseUrl)} />}
      >
        <Paragraph>
          When a connection breaks, you can’t know whether a <Code>POST</Code> arrived. Send it again with the same{" "}
          <Code>Idempotency-Key</Code>: for 24 hours you get the first response again, and nothing is created twice. Use
          a new random key for each new request.
        </Paragraph>
      </DocSection>

      <KeepTheKeySafe />
    </DocPage>
  );
}

function ReadTheEnvelope({ baseUrl }: { baseUrl: string }) {
  const { success, failure } = envelopes(baseUrl);
  return (
    <DocSection
      id="envelope"
      title="Read the envelope"
      samples={
        <>
          <CodeBlock title="Success" code={success} label="successful response" />
          <CodeBlock title="Failure" code={failure} label="failed response" />
        </>
      }
    >
      <Paragraph>
        Every success has <Code>data</Code> and <Code>meta</Code>. Every failure has <Code>error</Code> and{" "}
        <Code>meta</Code>.
      </Paragraph>
      <Paragraph>
        Branch on the status, <Code>error.code</Code> or <Code>error.details.reason</Code>. The message is for people,
        and <Code>error.doc_url</Code> leads them to its explanation in the{" "}
        <Link href={`${API_REFERENCE_PATH}#errors`} className={textLinkClass}>
          list of errors
        </Link>
        .
      </Paragraph>
      <Paragraph>
        Keep <Code>meta.request_id</Code> in your logs, and quote it when you report a problem; it is also the{" "}
        <Code>X-Request-Id</Code> header. New fields may appear at any time: ignore the ones you don’t know.
      </Paragraph>
    </DocSection>
  );
}

function GetAKey({ isAdmin }: { isAdmin: boolean }) {
  return (
    <DocSection id="key" title="Get a key">
      <Paragraph>
        {isAdmin ? (
          <span>
            Create one under{" "}
            <Link href={API_KEYS_PATH} className={textLinkClass}>
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
        <Link href={API_REFERENCE_PATH} className={textLinkClass}>
          all endpoints in the API reference
        </Link>
        .
      </Paragraph>
    </DocSection>
  );
}
