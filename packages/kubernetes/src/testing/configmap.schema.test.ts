import { expect, it } from "vitest";
import { faultsOfConfigMap } from "./configmap.schema.ts";

const good = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a-config", namespace: "iot", labels: { "veltrix.dev/service": "a" }, annotations: { "veltrix.dev/contract": "x" } },
  immutable: true,
  data: { "config.json": "{}" },
};
const { metadata } = good;

it("accepts a ConfigMap as Kubernetes takes it", () => {
  expect(faultsOfConfigMap(good)).toEqual([]);
  expect(
    faultsOfConfigMap({ ...good, metadata: { ...metadata, name: `${"a".repeat(251)}.b` }, data: { a: "x".repeat(1_048_576) } }),
  ).toEqual([]);
});

const broken: readonly (readonly [rule: string, object: unknown, fault: string])[] = [
  ["another apiVersion", { ...good, apiVersion: "v2" }, "/apiVersion const"],
  ["another kind", { ...good, kind: "Secret" }, "/kind const"],
  ["no data", { ...good, data: undefined }, " required"],
  ["an unknown member", { ...good, spec: {} }, " additionalProperties"],
  ["an unknown member of metadata", { ...good, metadata: { ...metadata, label: {} } }, "/metadata additionalProperties"],
  ["no namespace", { ...good, metadata: { ...metadata, namespace: undefined } }, "/metadata required"],
  ["no name", { ...good, metadata: { ...metadata, name: undefined } }, "/metadata required"],
  ["a name with an upper-case letter", { ...good, metadata: { ...metadata, name: "A-config" } }, "/metadata/name pattern"],
  ["a name with an empty label", { ...good, metadata: { ...metadata, name: "a..b" } }, "/metadata/name pattern"],
  ["a name of 254 characters", { ...good, metadata: { ...metadata, name: "a".repeat(254) } }, "/metadata/name maxLength"],
  ["a namespace with a dot", { ...good, metadata: { ...metadata, namespace: "a.b" } }, "/metadata/namespace pattern"],
  ["a namespace of 64 characters", { ...good, metadata: { ...metadata, namespace: "a".repeat(64) } }, "/metadata/namespace maxLength"],
  ["a label key that is no qualified name", { ...good, metadata: { ...metadata, labels: { "-a": "b" } } }, "/metadata/labels pattern"],
  ["a label value with a space", { ...good, metadata: { ...metadata, labels: { a: "b c" } } }, "/metadata/labels/a pattern"],
  ["a label value of 64 characters", { ...good, metadata: { ...metadata, labels: { a: "b".repeat(64) } } }, "/metadata/labels/a maxLength"],
  ["a label value that is no string", { ...good, metadata: { ...metadata, labels: { a: true } } }, "/metadata/labels/a type"],
  [
    "an annotation key that is no qualified name",
    { ...good, metadata: { ...metadata, annotations: { "a/b/c": "d" } } },
    "/metadata/annotations pattern",
  ],
  ["an annotation that is no string", { ...good, metadata: { ...metadata, annotations: { a: 1 } } }, "/metadata/annotations/a type"],
  [
    "annotations over 256 KiB",
    { ...good, metadata: { ...metadata, annotations: { a: "b".repeat(262_145) } } },
    "/metadata/annotations maxBytes",
  ],
  ["an immutable that is no boolean", { ...good, immutable: "true" }, "/immutable type"],
  ["M2: an empty data key", { ...good, data: { "": "a" } }, "/data pattern"],
  ["M2: a data key with a space", { ...good, data: { "a b": "a" } }, "/data pattern"],
  ["M2: a data key with a slash", { ...good, data: { "a/b": "a" } }, "/data pattern"],
  ["M2: a data key `..`", { ...good, data: { "..": "a" } }, "/data pattern"],
  ["M2: a data key `.`", { ...good, data: { ".": "a" } }, "/data pattern"],
  ["M2: a data key that begins with `..`", { ...good, data: { "..data": "a" } }, "/data pattern"],
  ["M2: a data key of 254 characters", { ...good, data: { ["a".repeat(254)]: "a" } }, "/data maxLength"],
  ["a number as data", { ...good, data: { a: 1 } }, "/data/a type"],
  ["a boolean as data", { ...good, data: { a: true } }, "/data/a type"],
  ["null as data", { ...good, data: { a: null } }, "/data/a type"],
  ["M3: data of 1 MiB and one byte", { ...good, data: { a: "é".repeat(524_288), b: "c" } }, "/data maxBytes"],
];

it.each(broken)("refuses %s", (_rule, object, fault) => {
  // Members that are undefined are not there.
  expect(faultsOfConfigMap(JSON.parse(JSON.stringify(object)))).toContain(fault);
});
