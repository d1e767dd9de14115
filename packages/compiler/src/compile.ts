// The compiler: schemas/ -> read -> link -> resolve -> check -> model. `build.ts` goes on with emit and write.
import { hasErrors } from "@veltrix/diagnostics";
import { check } from "./check/check.ts";
import { concealPlaintextSecrets, findPlaintextSecrets } from "./check/plaintext.ts";
import { proveDelivered } from "./check/prove-delivered.ts";
import type { Compilation } from "./compilation.ts";
import type { ReadHost } from "./host/host.ts";
import { link } from "./link/link.ts";
import { read } from "./read/read.ts";
import { resolve } from "./resolve/resolve.ts";

export interface CompileOptions {
  /**
   * What a secret is that a file holds in the clear. `refuse`: an error, so there is no model. `conceal`: it is taken out
   * of the values of the model, for what can only be read, like a commit. Either way no diagnostic shows it.
   */
  readonly plaintextSecrets?: "refuse" | "conceal";
}

/** Compiles the workspace that `host` shows. Never throws for anything that stands in a file. */
export function compile(host: ReadHost, { plaintextSecrets = "refuse" }: CompileOptions = {}): Compilation {
  const compilation = compileStages(host);
  return plaintextSecrets === "conceal" ? concealPlaintextSecrets(compilation) : findPlaintextSecrets(compilation);
}

function compileStages(host: ReadHost): Compilation {
  const sources = read(host);
  const { documents, settings } = sources.value;
  if (settings === undefined) return { model: undefined, diagnostics: sources.diagnostics, documents };
  const linked = link(sources.value, settings);
  const resolved = resolve(linked.value);
  const checked = check(resolved.value, sources.value.workloads);
  const found = [sources, linked, resolved, checked].flatMap((stage) => stage.diagnostics);
  // What is incomplete is not delivered, and was said to be wrong.
  const diagnostics = hasErrors(found) ? found : [...found, ...proveDelivered(checked.value)];
  return { model: hasErrors(diagnostics) ? undefined : { ...checked.value, workloads: sources.value.workloads }, diagnostics, documents };
}
