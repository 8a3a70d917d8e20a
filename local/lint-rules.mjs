// Rules of this house that no published plugin knows.
import path from "node:path";

/** What only a server has. A module that imports one of these must not be reachable from a browser. */
const SERVER_MODULES =
  /^(node:|pg$|pino$|@azure\/|@prisma\/|next\/headers$|next-auth$|next-auth\/(?!react)|@\/lib\/(db|env|log)$|@\/lib\/generated\/prisma\/client$)/;

/** @type {import("eslint").Rule.RuleModule} */
const serverOnlyFirst = {
  meta: {
    type: "problem",
    schema: [],
    messages: { missing: 'A module that imports {{ name }} must begin with `import "server-only"`.' },
  },
  create: (context) => ({
    Program(program) {
      const imports = program.body.filter((node) => node.type === "ImportDeclaration");
      if (imports[0]?.source.value === "server-only") return;
      const server = imports.find(
        (node) =>
          /** @type {{ importKind?: string }} */ (node).importKind !== "type" &&
          SERVER_MODULES.test(String(node.source.value)),
      );
      if (server) context.report({ node: server, messageId: "missing", data: { name: String(server.source.value) } });
    },
  }),
};

/** @type {import("eslint").Rule.RuleModule} */
const fileName = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      kebab: "File names are kebab-case: {{ name }}.",
      vague: "A file is named for what it does: {{ name }} says nothing.",
    },
  },
  create: (context) => ({
    Program(node) {
      const name = path.basename(context.filename);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(name))
        context.report({ node, messageId: "kebab", data: { name } });
      if (/^(utils?|helpers?|misc|common|index)\./.test(name))
        context.report({ node, messageId: "vague", data: { name } });
    },
  }),
};

/** SQL that changes keys. */
const KEY_SQL = /\b(insert\s+into|update|delete\s+from|truncate(\s+table)?|merge\s+into)\s+"?api_keys\b/i;

/**
 * Prisma's writing methods on `apiKey` and SQL that changes `api_keys`; with the option "sql" such SQL is allowed.
 * @type {import("eslint").Rule.RuleModule}
 */
const oneKeyWriter = {
  meta: {
    type: "problem",
    schema: [{ enum: ["sql"] }],
    messages: { writer: "Only lib/keys/service.ts changes keys." },
  },
  create: (context) => {
    const text = (/** @type {import("estree").Node} */ node, /** @type {string} */ value) => {
      if (context.options[0] !== "sql" && KEY_SQL.test(value)) context.report({ node, messageId: "writer" });
    };
    return {
      "CallExpression > MemberExpression.callee[property.name=/^(create|update|delete|upsert)/]"(
        /** @type {import("estree").MemberExpression} */ node,
      ) {
        const { object } = node;
        const named = object.type === "MemberExpression" ? object.property : object;
        if (named.type === "Identifier" && named.name === "apiKey") context.report({ node, messageId: "writer" });
      },
      Literal: (node) => text(node, String(node.value)),
      TemplateElement: (node) => text(node, node.value.raw),
    };
  },
};

/** @type {import("eslint").ESLint.Plugin} */
export const house = {
  rules: { "server-only-first": serverOnlyFirst, "file-name": fileName, "one-key-writer": oneKeyWriter },
};
