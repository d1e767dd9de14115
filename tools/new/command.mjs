// A new command: its file, a test beside it, its entry in the list of commands and its row in the README.

/** `name` is what is typed behind `veltrix`. */
export function planCommand(name, read) {
  if (!/^[a-z]+$/.test(name)) throw new Error("name it with one word in small letters, as it is typed");
  const listed = read("packages/cli/src/commands.ts");
  if (listed.includes(`/${name}.ts"`)) throw new Error(`${name} is there already`);
  return {
    files: {
      [`packages/cli/src/commands/${name}.ts`]: `// veltrix ${name}: <write: what it does, in a line>
import type { Command, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface Args {
  readonly service?: string;
}

export const ${name}: Command<Args> = {
  command: "${name}",
  describe: "<write: what it does, in a line>",
  parameters: { service: { describe: "Only this service", type: "string" } },
  examples: [["$0 ${name}", "<write: what that does>"]],
  handler: inWorkspace(run),
};

async function run({ service }: Args, { root }: WorkspaceContext): Promise<Outcome> {
  const { compileWorkspace } = await import("../compiled.ts");
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const ids = compiled.model.services.map(({ id }) => id).filter((id) => service === undefined || id === service);
  return { ...compiled.outcome, data: { services: ids }, text: ids.map((id) => \`\${id}\\n\`).join("") };
}
`,
      [`packages/cli/src/commands/${name}.test.ts`]: `import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

it("<write: what it proves>", async () => {
  const workspace = temporaryWorkspace(shop);
  const { code, stdout } = await runMain(["${name}"], { cwd: workspace.root });
  expect(code).toBe(0);
  expect(stdout).toBe("catalog\\ncheckout\\n");
});
`,
    },
    inserted: [
      {
        path: "packages/cli/src/commands.ts",
        after: "import",
        before: "import { type Registered",
        text: `import { ${name} } from "./commands/${name}.ts";\n`,
      },
      { path: "packages/cli/src/commands.ts", after: "export const commands", before: "];", text: `  register(${name}),\n` },
      {
        path: "packages/cli/README.md",
        after: "| `veltrix doctor",
        before: "\n\n",
        text: `\n| \`veltrix ${name} [--service s]\` | <write: what it does> |`,
      },
    ],
    next: ["npm run format", "npx vitest run tools/checks names what is left to write"],
  };
}
