// How long classes are: no rule of the linter bounds them.
import { ts } from "ts-morph";
import { parseSource } from "./direction/imports.ts";

/** A class, or a class expression, and how many lines hold something other than whitespace and comments. */
export interface ClassLength {
  /** Undefined for an expression without a name. */
  readonly name: string | undefined;
  readonly lines: number;
}

/** All classes of a file, those inside others too, in the order of their place. */
export function measureClasses(path: string, text: string): readonly ClassLength[] {
  const file = parseSource(path, text);
  const found: ClassLength[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) found.push({ name: node.name?.text, lines: countLines(node, file) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function countLines(node: ts.Node, file: ts.SourceFile): number {
  const lines = new Set<number>();
  const visit = (part: ts.Node): void => {
    // Documentation is a child of what it documents.
    if (ts.isJSDoc(part)) return;
    const children = part.getChildren(file);
    if (children.length > 0) return children.forEach(visit);
    if (part.getEnd() === part.getStart(file)) return;
    const last = file.getLineAndCharacterOfPosition(part.getEnd()).line;
    for (let { line } = file.getLineAndCharacterOfPosition(part.getStart(file)); line <= last; line += 1) lines.add(line);
  };
  visit(node);
  return lines.size;
}
