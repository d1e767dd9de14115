// veltrix editor: tells an editor which schema each values file has.
import type { Model } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Command, Outcome } from "../command.ts";
import { countNoun } from "../render/count-noun.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface EditorArgs {
  readonly modeline?: boolean;
}

const SETTINGS = ".vscode/settings.json";
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export const editor: Command<EditorArgs> = {
  command: "editor",
  describe: "Set up completion and validation of values files in an editor",
  parameters: {
    modeline: {
      describe: "Write nothing; print the comment that other editors with yaml-language-server need as first line",
      type: "boolean",
    },
  },
  examples: [
    ["$0 editor", `write ${SETTINGS}, keeping your other settings`],
    ["$0 editor --modeline", "the line to put at the top of each values file, for other editors"],
  ],
  handler: inWorkspace(runEditor),
};

async function runEditor({ modeline = false }: EditorArgs, { root }: WorkspaceContext): Promise<Outcome> {
  const [{ DiskHost, HostRefusal }, { compileWorkspace }, { editSettings }, { report }] = await Promise.all([
    import("@veltrix/compiler"),
    import("../compiled.ts"),
    import("../editor/settings.ts"),
    import("@veltrix/diagnostics"),
  ]);
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { model, outcome } = compiled;
  const host = new DiskHost(root);
  if (modeline) {
    const unreadable: Diagnostic[] = [];
    const namesIn = (folder: string): readonly string[] => {
      const read = host.listFolder(folder);
      if (read.kind === "refused") unreadable.push(report("VX1015", { detail: read.reason }, { at: { file: folder } }));
      return read.kind === "entries" ? read.entries.map(({ name }) => name) : [];
    };
    const lines = await printModelines(model, namesIn);
    return { ...outcome, ...lines, diagnostics: [...outcome.diagnostics, ...unreadable] };
  }
  const refuse = (detail: string): Outcome => ({
    ...outcome,
    diagnostics: [...outcome.diagnostics, report("VX7011", { file: SETTINGS, detail }, { at: { file: SETTINGS } })],
  });
  const read = host.readFile(SETTINGS, NO_LIMIT);
  if (read.kind === "refused") return refuse(`cannot be read: ${read.reason}`);
  const before = read.kind === "bytes" ? new TextDecoder().decode(read.bytes) : undefined;
  const edit = editSettings(before, model);
  if (edit.kind === "unusable") return refuse(edit.detail);
  const isChanged = edit.text !== before;
  try {
    if (isChanged) host.replaceFile(SETTINGS, edit.text);
  } catch (error) {
    if (error instanceof HostRefusal) return refuse(`cannot be written: ${error.message}`);
    throw error;
  }
  const summary = { file: SETTINGS, written: isChanged, services: model.services.length };
  return {
    ...outcome,
    summary,
    note: isChanged ? `${SETTINGS} knows the values files of ${countNoun(model.services.length, "service")}` : `${SETTINGS} is up to date`,
  };
}

async function printModelines(model: Model, namesIn: (folder: string) => readonly string[]): Promise<Outcome> {
  const { schemaFileOf } = await import("../editor/settings.ts");
  const lines = model.services.flatMap(({ id }) => {
    const folder = `schemas/${id}/values`;
    const line = `# yaml-language-server: $schema=../../../${schemaFileOf(model, id)}`;
    return namesIn(folder).flatMap((name) => (name.endsWith(".yaml") ? [{ file: `${folder}/${name}`, line }] : []));
  });
  return { data: { modelines: lines }, text: lines.map(({ file, line }) => `${file}\n${line}\n`).join("") };
}
