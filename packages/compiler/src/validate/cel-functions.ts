// Functions that rules in Kubernetes may call and cel-js does not have: of lists, of texts, and of addresses.
import { isIP, isIPv4 } from "node:net";
import type * as cel from "@marcbachmann/cel-js";

type Scalar = number | bigint | string | boolean;

/** `environment` with the functions. */
export function withKubernetesFunctions(environment: cel.Environment): cel.Environment {
  return environment
    .registerFunction("list.sum(): dyn", (list: readonly unknown[]) => sum(list))
    .registerFunction("list.min(): dyn", (list: readonly unknown[]) => extreme(list, "min", (a, b) => a < b))
    .registerFunction("list.max(): dyn", (list: readonly unknown[]) => extreme(list, "max", (a, b) => a > b))
    .registerFunction("list.isSorted(): bool", (list: readonly unknown[]) => isSorted(scalarsOf(list, "isSorted")))
    .registerFunction("list.indexOf(dyn): int", (list: readonly unknown[], item: unknown) =>
      BigInt(list.findIndex((one) => isSame(one, item))),
    )
    .registerFunction("list.lastIndexOf(dyn): int", (list: readonly unknown[], item: unknown) =>
      BigInt(list.findLastIndex((one) => isSame(one, item))),
    )
    .registerFunction("string.charAt(int): string", (text: string, index: bigint) => [...text][Number(index)] ?? "")
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) => text.split(from).join(to))
    .registerFunction("isURL(string): bool", (text: string) => URL.canParse(text))
    .registerFunction("isIP(string): bool", (text: string) => isIP(text) !== 0)
    .registerFunction("isCIDR(string): bool", (text: string) => isCidr(text));
}

function sum(list: readonly unknown[]): number | bigint {
  const numbers = scalarsOf(list, "sum");
  // As in Kubernetes: nothing is an integer.
  if (numbers.every((item) => typeof item === "bigint")) return numbers.reduce((total: bigint, item) => total + item, 0n);
  return numbers.reduce((total: number, item) => total + Number(item), 0);
}

function extreme(list: readonly unknown[], name: string, isBetter: (a: Scalar, b: Scalar) => boolean): Scalar {
  const items = scalarsOf(list, name);
  const [first, ...rest] = items;
  if (first === undefined) throw new Error(`${name} of an empty list`);
  return rest.reduce((best, item) => (isBetter(item, best) ? item : best), first);
}

function isSorted(items: readonly Scalar[]): boolean {
  return items.every((item, index) => index === 0 || (items[index - 1] ?? item) <= item);
}

function scalarsOf(list: readonly unknown[], name: string): readonly Scalar[] {
  return list.map((item) => {
    if (typeof item === "number" || typeof item === "bigint" || typeof item === "string" || typeof item === "boolean") return item;
    throw new Error(`${name} of a list that holds more than numbers and texts`);
  });
}

/** An integer is a bigint where a rule writes it, and may be a float where a value has it. */
function isSame(a: unknown, b: unknown): boolean {
  const isNumber = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";
  return isNumber(a) && isNumber(b) ? Number(a) === Number(b) : a === b;
}

function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  if (rest.length > 0 || isIP(address) === 0 || !/^(?:0|[1-9][0-9]{0,2})$/.test(prefix)) return false;
  return Number(prefix) <= (isIPv4(address) ? 32 : 128);
}
