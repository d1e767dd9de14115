// Read only by construction: what the detector loads can send nothing but GET.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => ({ name, text: readFileSync(`${import.meta.dirname}/${name}`, "utf8") }));

it("sends requests from read.ts and delete.ts alone, and from read.ts nothing but GET", () => {
  const senders = sources.filter(({ text }) =>
    /from "node:(?:https?|net|tls|http2)"|\bfetch\(/.test(text.replaceAll(/^import type .*$/gm, "")),
  );
  expect(senders.map(({ name }) => name)).toEqual(["delete.ts", "read.ts"]);
  const methods = sources.flatMap(({ name, text }) => [...text.matchAll(/method: "([A-Z]+)"/g)].map(([, method]) => `${name} ${method}`));
  expect(methods).toEqual(["delete.ts DELETE", "read.ts GET"]);
});

it("loads delete.ts from nowhere", () => {
  expect(sources.filter(({ text }) => text.includes('"./delete.ts"')).map(({ name }) => name)).toEqual([]);
});

it("makes no client of the library that could write", () => {
  expect(sources.filter(({ text }) => /makeApiClient|CoreV1Api|KubernetesObjectApi/.test(text)).map(({ name }) => name)).toEqual([]);
});
