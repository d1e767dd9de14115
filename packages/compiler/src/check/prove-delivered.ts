// The last word before anything is emitted: the rules that a process will read, as text, judge what it will be given.
// The build judged whole values by the whole contract; a process gets them without secrets, and the rules without those.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { describeViolation, type JsonValue, type Violation } from "@veltrix/protocol";
import { defineValidator } from "@veltrix/protocol/engine";
import { Drafts } from "../drafts.ts";
import type { Service } from "../model.ts";
import { rulesOf } from "../validate/print-rules.ts";
import type { CheckedModel } from "./check.ts";

/** What the files that would be delivered break of the rules that would be emitted. */
export function proveDelivered({ settings, services }: CheckedModel): readonly Diagnostic[] {
  const drafts = new Drafts(settings.environments);
  for (const service of services) proveService(service, drafts);
  return drafts.finish();
}

function proveService(service: Service, drafts: Drafts): void {
  if (service.configs.length === 0) return;
  const { id, contract } = service;
  const { validate } = defineValidator(rulesOf(contract));
  for (const { environment, text } of service.configs) {
    // The text was made of JSON a moment ago.
    for (const violation of validate(JSON.parse(text) as JsonValue)) {
      const { pointer, rule, expected } = violation;
      drafts.note(["VX2040", id, pointer, rule, JSON.stringify(expected)], environment.name, (where, environments) =>
        report(
          "VX2040",
          { service: id, pointer: pointer === "" ? "the whole configuration" : pointer, where, sentence: describeViolation(violation) },
          { at: { file: contract.file, pointer: declaredAt(service, violation), on: "key" }, service: id, key: pointer, environments },
        ),
      );
    }
  }
}

/** Where the contract declares the key that is at fault, or the nearest one above it. */
function declaredAt({ contract }: Service, { pointer }: Violation): string {
  const { keys, file } = contract;
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const declared = keys.find((key) => key.pointer === at)?.declaredAt;
    if (declared?.file === file) return declared.pointer;
  }
  return "";
}
