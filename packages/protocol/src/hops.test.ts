import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clusterHops, type Hop, hops, mountHops, processHops } from "./hops.ts";

const observers: { readonly [observer: string]: readonly string[] } = { cluster: clusterHops, mount: mountHops, process: processHops };

it("has every hop in the table of the README", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const table = text.slice(text.indexOf("## Hops"));
  const written = [...table.matchAll(/^\| (`[a-z-]+`.*) \|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));
  const remedy = { environment: "<env>", apply: "apply what `veltrix build` wrote" };
  const expected = Object.entries(hops).map(([hop, { meaning, told, advise }]) => {
    const seenBy = Object.keys(observers).filter((observer) => observers[observer]?.includes(hop));
    return [`\`${hop}\``, meaning, seenBy.join(", "), told, advise(remedy)];
  });
  expect(written).toEqual(expected);
});

it("describes the hops that somebody sees, and no other", () => {
  const seen: readonly Hop[] = [...clusterHops, ...mountHops, ...processHops];
  expect(new Set(Object.keys(hops))).toEqual(new Set(seen));
});
