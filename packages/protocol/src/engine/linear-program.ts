// A parsed pattern as steps for the linear matcher: what JavaScript's own engine would search, one step at a time.
import type { LinearProgram, Step } from "./linear-match.ts";
import { parsePattern, type PatternTree } from "./pattern-tree.ts";

/** Steps of one pattern at the most: each costs something at every character of a text. */
const MAX_STEPS = 400;

/** The program of a pattern, or why it has none. */
export type Compiled =
  | { readonly kind: "program"; readonly program: LinearProgram }
  | { readonly kind: "refused"; readonly detail: string };

/** Compiles a pattern. */
export function compileLinear(pattern: string): Compiled {
  const tree = parsePattern(pattern);
  if (tree === undefined) return { kind: "refused", detail: "it holds what the linear matcher does not know" };
  const builder = new Builder();
  const first = builder.build(tree, builder.add({ op: "done" }));
  if (builder.isTooLong) return { kind: "refused", detail: `it takes more than ${MAX_STEPS} steps` };
  const order = inOrder(builder.links);
  if (order === undefined) return { kind: "refused", detail: "it repeats something that may be empty" };
  const index = new Map(order.map((link, position) => [link, position]));
  // Every link that is named is in the order.
  const at = (link: Link | undefined): number => index.get(link as Link) ?? 0;
  const steps = order.map((link): Step => {
    switch (link.op) {
      case "done":
        return ["done"];
      case "read":
        return ["read", link.of ?? 0, at(link.to)];
      case "either":
        return ["either", at(link.to), at(link.or)];
      case "ahead":
      case "without":
        return [link.op, at(link.or), at(link.to)];
      default:
        return [link.op, at(link.to)];
    }
  });
  return { kind: "program", program: { classes: builder.classes, steps, first: at(first) } };
}

/** A step before its place in the order is known. */
interface Link {
  readonly op: Step[0];
  readonly of?: number;
  /** Set late where a loop leads back. */
  to?: Link;
  or?: Link;
}

class Builder {
  readonly links: Link[] = [];
  readonly classes: string[] = [];

  get isTooLong(): boolean {
    return this.links.length > MAX_STEPS;
  }

  add(link: Link): Link {
    this.links.push(link);
    return link;
  }

  /** The step that begins `node` and goes on with `next`. */
  build(node: PatternTree, next: Link): Link {
    if (this.isTooLong) return next;
    const parts = node.body ?? [];
    switch (node.type) {
      case "disjunction":
        return parts.map((part) => this.build(part, next)).reduceRight((or, to) => this.add({ op: "either", to, or }));
      case "alternative":
        return parts.reduceRight((after, part) => this.build(part, after), next);
      case "group":
        return this.#group(node, parts, next);
      case "quantifier":
        return this.#repeat(node, parts, next);
      case "anchor":
        return this.add({ op: node.kind === undefined || node.kind === "not-boundary" ? "inside" : node.kind, to: next });
      default:
        return this.add({ op: "read", of: this.#class(node.raw ?? ""), to: next });
    }
  }

  #group(node: PatternTree, parts: readonly PatternTree[], next: Link): Link {
    if (node.behavior !== "lookahead" && node.behavior !== "negativeLookahead")
      return parts.reduceRight((after, part) => this.build(part, after), next);
    const done = this.add({ op: "done" });
    const look = parts.reduceRight((after, part) => this.build(part, after), done);
    return this.add({ op: node.behavior === "lookahead" ? "ahead" : "without", or: look, to: next });
  }

  #repeat(node: PatternTree, parts: readonly PatternTree[], next: Link): Link {
    const least = node.min ?? 0;
    const once = (after: Link): Link => parts.reduceRight((below, part) => this.build(part, below), after);
    let after = next;
    if (node.max === undefined) {
      after = this.add({ op: "either", or: next });
      after.to = once(after);
    } else
      for (let count = least; count < node.max && !this.isTooLong; count++) after = this.add({ op: "either", to: once(after), or: next });
    for (let count = 0; count < least && !this.isTooLong; count++) after = once(after);
    return after;
  }

  #class(source: string): number {
    const known = this.classes.indexOf(source);
    return known === -1 ? this.classes.push(source) - 1 : known;
  }
}

/** The links so that each comes after those that it needs at the same character; undefined when two need each other. */
function inOrder(links: readonly Link[]): readonly Link[] | undefined {
  const order: Link[] = [];
  const state = new Map<Link, "open" | "done">();
  const visit = (link: Link): boolean => {
    const known = state.get(link);
    if (known !== undefined) return known === "done";
    state.set(link, "open");
    const needed = link.op === "read" ? [] : [link.to, link.or];
    for (const other of needed) if (other !== undefined && !visit(other)) return false;
    state.set(link, "done");
    order.push(link);
    return true;
  };
  return links.every(visit) ? order : undefined;
}
