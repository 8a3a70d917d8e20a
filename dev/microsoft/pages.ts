import { STAND_IN_TENANTS, type StandInAccount } from "./directory";

/** The style of every page: system font, both themes, no external resources. */
const STYLE = `
:root{color-scheme:light dark;--page:#f5f5f4;--card:#fff;--ink:#1c1917;--soft:#57534e;--line:#d6d3d1;--hover:#f5f5f4;--focus:#0f5fb8;--warn:#fef3c7;--warn-ink:#713f12;--warn-line:#d97706;--chip:#e7e5e4}
@media (prefers-color-scheme:dark){:root{--page:#1c1917;--card:#292524;--ink:#fafaf9;--soft:#c4bfba;--line:#57534e;--hover:#3a3532;--focus:#7cb8f5;--warn:#422006;--warn-ink:#fde68a;--warn-line:#d97706;--chip:#44403c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--page);color:var(--ink);font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.banner{background:var(--warn);color:var(--warn-ink);border-bottom:2px solid var(--warn-line);padding:.6rem 1rem;text-align:center;font-size:.9rem}
main{max-width:30rem;margin:1.5rem auto;padding:0 .75rem 2rem}
.card{overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1.25rem}
h1{font-size:1.3rem;margin:0 0 .25rem}
p{margin:.25rem 0 1rem;color:var(--soft)}
ul{list-style:none;margin:0 0 1rem;padding:0;border-top:1px solid var(--line)}
li{border-bottom:1px solid var(--line)}
button,a.button{font:inherit;color:inherit;cursor:pointer;border-radius:.25rem}
button:focus-visible,a:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.account{display:flex;gap:.75rem;align-items:center;width:100%;min-height:3.5rem;padding:.5rem;border:0;background:none;text-align:left}
.account:hover{background:var(--hover)}
.initials{flex:none;width:2.25rem;height:2.25rem;border-radius:50%;background:var(--chip);display:grid;place-items:center;font-size:.8rem;font-weight:600}
.who{min-width:0;display:block;overflow-wrap:anywhere}
.name{display:block;font-weight:600}
.detail{display:block;font-size:.85rem;color:var(--soft)}
.plain{border:1px solid var(--line);background:var(--card);padding:.5rem 1rem;min-height:2.5rem}
.plain:hover{background:var(--hover)}
label{display:block;font-weight:600;margin-bottom:.25rem}
input[type=text]{font:inherit;color:inherit;background:var(--card);width:100%;border:1px solid var(--soft);border-radius:.25rem;padding:.5rem;min-height:2.75rem;margin-bottom:1rem;text-transform:uppercase;letter-spacing:.15em}
input:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.wrong{color:var(--ink);font-weight:600}
`;

/** Escapes text for HTML. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Microsoft stand-in</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header class="banner"><strong>This is not Microsoft.</strong> It is a stand-in on this machine, for demos and tests. Never type a real password here.</header>
<main><div class="card">${body}</div></main>
</body>
</html>
`;
}

function initials(name: string): string {
  return name
    .split(" ")
    .map((word) => word.charAt(0))
    .join("")
    .slice(0, 2);
}

const PICK_TEXTS = {
  browser: "There are no passwords. Choose who you want to be.",
  again: "The application asks you to sign in again. There are no passwords: choose who you are.",
  device:
    "A program elsewhere showed you the code. It will act as the person you choose. Cancel if you did not start it.",
};

/**
 * The account picker: one button per person, and Cancel.
 * @param pending id of the authorization request
 * @param where whether the sign-in is for this browser, once more although somebody is signed in, or for a program on another device that
 *   shows a code
 */
export function accountPicker(
  pending: string,
  accounts: readonly StandInAccount[],
  where: "browser" | "again" | "device" = "browser",
): string {
  const items = accounts.map(
    ({ oid, tid, name, email, roles, note }) => `<li><button class="account" name="account" value="${escape(oid)}">
<span class="initials" aria-hidden="true">${escape(initials(name))}</span>
<span class="who"><span class="name">${escape(name)}</span> <span class="detail">${escape(email)}</span> <span class="detail">${escape(
      [
        STAND_IN_TENANTS.find(({ id }) => id === tid)?.name ?? tid,
        ...(roles.length ? [`app role ${roles.join(", ")}`] : []),
        ...(note ? [note] : []),
      ].join(" · "),
    )}</span></span></button></li>`,
  );
  return page(
    "Pick an account",
    `<h1>Pick an account</h1>
<p>${PICK_TEXTS[where]}</p>
<form method="post" action="/stand-in/pick">
<input type="hidden" name="pending" value="${escape(pending)}">
<ul>
${items.join("\n")}
</ul>
<button class="plain" name="cancel" value="1">Cancel</button>
</form>`,
  );
}

/** The refusal of a request that must not be redirected, because its target may not be the application's. */
export function errorPage(code: string, message: string): string {
  return page(
    "Sign-in failed",
    `<h1>Sign-in failed</h1>\n<p>${escape(message)}</p>\n<p><code>${escape(code)}</code></p>`,
  );
}

/** The end-session endpoint's page when the application named no page to return to. */
export function signedOutPage(appUrl: string): string {
  return page(
    "Signed out",
    `<h1>You signed out</h1>\n<p>You can close this window.</p>\n<p><a href="${escape(appUrl)}">Back to the application</a></p>`,
  );
}

/**
 * The form for the code that a program on another device shows.
 * @param wrong what is wrong with the code entered before
 */
export function deviceCodePage(wrong?: string): string {
  return page(
    "Enter code",
    `<h1>Enter code</h1>
<p>Enter the code that the program shows, to let it sign you in.</p>
<form method="post" action="/devicelogin">
${wrong ? `<p class="wrong" role="alert" id="wrong">${escape(wrong)}</p>` : ""}
<label for="user_code">Code</label>
<input type="text" id="user_code" name="user_code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"${wrong ? ' aria-invalid="true" aria-describedby="wrong"' : ""}>
<button class="plain">Next</button>
</form>`,
  );
}

/** The final page of a device-code sign-in. */
export function deviceAnsweredPage(agreed: boolean): string {
  return agreed
    ? page(
        "Signed in",
        "<h1>You have signed in</h1>\n<p>The program continues on its own. You can close this window.</p>",
      )
    : page("Cancelled", "<h1>You cancelled</h1>\n<p>The program has been notified. You can close this window.</p>");
}
