// The names of tests and suites, as they are written: by the syntax tree, so that no other text is taken for one.
import { ts } from "ts-morph";
import { parseSource } from "./direction/imports.ts";

/** All names in a file: first arguments of `it`, `test` and `describe`, and texts in the rows of their `each`. */
export function listTitles(path: string, text: string): readonly string[] {
  const titles: string[] = [];
  const takeRows = (node: ts.Node): void => {
    if (isText(node)) titles.push(node.getText().slice(1, -1));
    else if (ts.isArrayLiteralExpression(node)) node.elements.forEach(takeRows);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|test|describe)\b/.test(node.expression.getText())) {
      const [first] = node.arguments;
      if (first !== undefined) takeRows(first);
    }
    ts.forEachChild(node, visit);
  };
  visit(parseSource(path, text));
  return titles;
}

/** The ids of threats that a name begins with: `R1, R6: …`, `G1 G2 …`. */
export function threatsOf(title: string): readonly string[] {
  return /^(?:[A-Z]\d{1,2}(?:, |: | ))+/.exec(title)?.[0].match(/[A-Z]\d+/g) ?? [];
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}
