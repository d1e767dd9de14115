// veltrix doctor: what is wrong with the machine and the project, and what to do about it.
import type { Command, Outcome } from "../command.ts";
import { countNoun } from "../render/count-noun.ts";
import type { CheckResult } from "../doctor/check-result.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

type DoctorArgs = { readonly [name in never]: never };

export const doctor: Command<DoctorArgs> = {
  command: "doctor",
  describe: "Check this machine and the project, and say what to fix",
  parameters: {},
  examples: [
    ["$0 doctor", "every check, and a fix for each that fails"],
    ["$0 doctor --format github", "the same in a GitHub workflow, as annotations on the files"],
  ],
  handler: inWorkspace(runDoctor),
};

async function runDoctor(_args: DoctorArgs, { root, io }: WorkspaceContext): Promise<Outcome> {
  const [{ LookingHost }, { compileWorkspace }, { loadEmitters }, project, { checkTurbo }, { readPackages }, { report }] =
    await Promise.all([
      import("../doctor/looking-host.ts"),
      import("../compiled.ts"),
      import("../emitters.ts"),
      import("../doctor/project.ts"),
      import("../doctor/turbo.ts"),
      import("../doctor/packages.ts"),
      import("@veltrix/diagnostics"),
    ]);
  const compiled = await compileWorkspace(root);
  // Without a model nothing is known about the rest, and its problems come first anyway.
  if (compiled.kind === "refused") return compiled.outcome;
  const { outputs } = compiled.model.settings;
  const host = new LookingHost(root);
  const findings: CheckResult[] = [
    project.checkNode(io.nodeVersion),
    { kind: "ok", check: "schemas", detail: `${countNoun(compiled.model.services.length, "service")} without an error` },
    await project.checkGenerated(host, await loadEmitters(), outputs),
    ...project.checkWorkspace(host, outputs),
    ...(await project.checkGit(host, root, outputs)),
    ...checkTurbo({ host, packages: readPackages(host, outputs), outputs }),
  ];
  findings.push(...host.unreadable);
  const wrong = findings.filter((finding) => finding.kind === "wrong");
  const diagnostics = wrong.map(({ detail, fix, file }) => report("VX7012", { detail, fix }, { at: { file } }));
  return {
    ...compiled.outcome,
    diagnostics: [...compiled.outcome.diagnostics, ...diagnostics],
    summary: { checks: findings.length, wrong: wrong.length },
    data: { checks: findings },
    text: await renderFindings(findings),
    ...(wrong.length === 0 ? { note: "nothing is wrong" } : {}),
  };
}

async function renderFindings(findings: readonly CheckResult[]): Promise<string> {
  const { alignRows } = await import("../render/rows.ts");
  return alignRows(findings.map(({ kind, check, detail }) => [kind, check, detail]));
}
