// The compiler: schemas/ -> read -> link -> resolve -> check -> model. `build.ts` goes on with emit and write.
import { type Diagnostic, hasErrors } from "@veltrix/diagnostics";
import { check } from "./check/check.ts";
import { concealPlaintextSecrets, findPlaintextSecrets } from "./check/plaintext.ts";
import { proveDelivered } from "./check/prove-delivered.ts";
import type { Compilation } from "./compilation.ts";
import { checkOutputs } from "./check/check-outputs.ts";
import type { EmitterOptions } from "./check/emitter-options.ts";
import type { ReadHost } from "./host/host.ts";
import { link } from "./link/link.ts";
import type { Settings } from "./model.ts";
import { raisedBy, raiseWarnings } from "./raise-warnings.ts";
import { read } from "./read/read.ts";
import { resolve } from "./resolve/resolve.ts";

export interface CompileOptions {
  /**
   * What a secret is that a file holds in the clear. `refuse`: an error, so there is no model. `conceal`: it is taken out
   * of the values of the model, for what can only be read, like a commit. Either way no diagnostic shows it.
   */
  readonly plaintextSecrets?: "refuse" | "conceal";
  /** Every warning is an error. */
  readonly denyWarnings?: boolean;
  /** Who may be told something in `outputs`, which is judged by what they take. Left out: nobody reads it, and it is not judged. */
  readonly emitters?: readonly EmitterOptions[];
  /** True: a build may have more emitters than these, so what none of these takes is a warning. */
  readonly others?: boolean;
}

/** Compiles the workspace that `host` shows. Never throws for anything that stands in a file. */
export function compile(host: ReadHost, options: CompileOptions = {}): Compilation {
  const { plaintextSecrets = "refuse", denyWarnings = false, emitters, others = false } = options;
  const compilation = compileStages(host, (settings, diagnostics) => {
    const all = emitters === undefined ? diagnostics : [...checkOutputs(settings, emitters, others), ...diagnostics];
    // What can only be read is not changed any more: its warnings stay what they are.
    return plaintextSecrets === "conceal" ? all : raiseWarnings(all, raisedBy(settings, denyWarnings));
  });
  return plaintextSecrets === "conceal" ? concealPlaintextSecrets(compilation) : findPlaintextSecrets(compilation);
}

/** All that is said of a workspace, from what its stages say. */
type Complete = (settings: Settings, diagnostics: readonly Diagnostic[]) => readonly Diagnostic[];

function compileStages(host: ReadHost, complete: Complete): Compilation {
  const sources = read(host);
  const { documents, settings } = sources.value;
  if (settings === undefined) return { model: undefined, diagnostics: sources.diagnostics, documents };
  const linked = link(sources.value, settings);
  const resolved = resolve(linked.value);
  const checked = check(resolved.value, sources.value.workloads);
  const found = complete(
    settings,
    [sources, linked, resolved, checked].flatMap((stage) => stage.diagnostics),
  );
  // What is incomplete is not delivered, and was said to be wrong.
  const diagnostics = hasErrors(found) ? found : [...found, ...proveDelivered(checked.value)];
  return { model: hasErrors(diagnostics) ? undefined : { ...checked.value, workloads: sources.value.workloads }, diagnostics, documents };
}
