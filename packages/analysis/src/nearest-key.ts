// From a pointer to the key of the contract that speaks of it.
import type { Key, Service } from "@veltrix/compiler";
import { isWithin } from "@veltrix/protocol";

/** The contract's key at `pointer`, else the nearest one above it: the items of an array have no key of their own. */
export function nearestKey(service: Service | undefined, pointer: string): Key | undefined {
  const above = service?.contract.keys.filter((key) => isWithin(pointer, key.pointer)) ?? [];
  return above.sort((a, b) => b.pointer.length - a.pointer.length)[0];
}
