import { it } from "vitest";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { isDeterministic, hasFewPaths } from "./link/pattern-paths.ts";
const require = createRequire(import.meta.url);
it("x", () => {
  const { parse } = require("regjsparser"); const { isSafePattern } = require("redos-detector");
  const found = new Set<string>();
  const walk = (d: string): void => { for (const e of readdirSync(d, { withFileTypes: true })) { const p = join(d, e.name); if (e.isDirectory()) walk(p); else if (e.name.endsWith(".json")) { try { const v = JSON.parse(readFileSync(p, "utf8")); const visit = (n: any): void => { if (n && typeof n === "object") { if (typeof n.pattern === "string") found.add(n.pattern); if (n.patternProperties) for (const k of Object.keys(n.patternProperties)) found.add(k); for (const x of Object.values(n)) visit(x); } }; visit(v); } catch {} } } };
  walk("/work/shared/corpora");
  let need = 0; const rows: any[] = [];
  for (const p of found) { let tree; try { tree = parse(p, "u", { lookbehind: true, namedGroups: true, unicodePropertyEscape: true }); new RegExp(p, "u"); } catch { continue; }
    if (isDeterministic(tree) || hasFewPaths(tree)) continue; need++;
    const row: any = { p: p.slice(0, 80) };
    for (const maxSteps of [1000, 3000, 20000]) { const s = performance.now(); row[maxSteps] = isSafePattern(p, { unicode: true, maxSteps, maxScore: 200, timeout: Infinity }).safe; row["t" + maxSteps] = Math.round(performance.now() - s); }
    rows.push(row);
  }
  console.log("patterns", found.size, "need detector", need);
  for (const r of rows) if (r[1000] !== r[20000] || r.t20000 > 3000) console.log(JSON.stringify(r));
  console.log("safe", rows.filter(r=>r[20000]).length, rows.filter(r=>r[3000]).length, rows.filter(r=>r[1000]).length, "time", rows.reduce((a,r)=>a+r.t20000,0), rows.reduce((a,r)=>a+r.t3000,0), rows.reduce((a,r)=>a+r.t1000,0));
}, 600000);
