// `<service>#/<pointer>` of a command line, in the model.
import type { Model, Service } from "@veltrix/compiler";
import { selectService, type Selection, unknownName } from "./select.ts";
import { unknownKey } from "./unknown-key.ts";
import { keyProblem } from "./usage.ts";

/** A key of a service, whatever the environment. */
export interface ServiceKey {
  readonly service: Service;
  readonly pointer: string;
}

/** VX7002 when it is not of that form, VX7007 when there is no such service or key. */
export function selectKey(model: Model, asked: string): Selection<ServiceKey> {
  const [, id = "", pointer = ""] = /^([^#]+)#(\/.+)$/s.exec(asked) ?? [];
  if (id === "") return { kind: "unknown", diagnostics: [keyProblem(asked)] };
  const selection = selectService(model, id);
  if (selection.kind === "unknown") return selection;
  const service = selection.found;
  const pointers = service.contract.keys.map((key) => key.pointer);
  if (pointers.includes(pointer)) return { kind: "found", found: { service, pointer } };
  const [config] = service.configs;
  const problem = config === undefined ? unknownName("key", pointer, pointers) : unknownKey({ service, config }, pointer);
  return { kind: "unknown", diagnostics: [problem] };
}
