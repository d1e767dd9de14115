// `<service>#/<pointer>` of a command line, in the model.
import type { Model, Service } from "@veltrix/compiler";
import type { Selection } from "./select.ts";
import { unknownName } from "./select.ts";
import { keyProblem } from "./usage.ts";
import { unknownKey } from "./unknown-key.ts";

/** A key of a service, whatever the environment. */
export interface ServiceKey {
  readonly service: Service;
  readonly pointer: string;
}

/** VX7002 when it is not of that form, VX7007 when there is no such service or key. */
export function selectKey(model: Model, asked: string): Selection<ServiceKey> {
  const [, id = "", pointer = ""] = /^([^#]+)#(\/.+)$/s.exec(asked) ?? [];
  if (id === "") return { kind: "unknown", diagnostics: [keyProblem(asked)] };
  const service = model.services.find((candidate) => candidate.id === id);
  if (service === undefined)
    return {
      kind: "unknown",
      diagnostics: [
        unknownName(
          "service",
          id,
          model.services.map((known) => known.id),
        ),
      ],
    };
  if (service.contract.keys.some((key) => key.pointer === pointer)) return { kind: "found", found: { service, pointer } };
  const [config] = service.configs;
  return {
    kind: "unknown",
    diagnostics:
      config === undefined
        ? [
            unknownName(
              "key",
              pointer,
              service.contract.keys.map((key) => key.pointer),
            ),
          ]
        : [unknownKey({ service, config }, pointer)],
  };
}
