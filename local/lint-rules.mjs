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

/** @type {import("eslint").ESLint.Plugin} */
export const house = { rules: { "server-only-first": serverOnlyFirst, "file-name": fileName } };
