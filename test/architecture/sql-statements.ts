import ts from 'typescript';
import type { Source } from './sources.js';

export interface SqlStatement {
  path: string;
  /** White space made one blank; what is put in by code and is no constant of the file is `§`. */
  sql: string;
  /** The methods it is handed to: `ofTenant`, `query`, ... */
  givenTo: string[];
}

const SQL = /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE)\b/;

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

/** Every statement that the file spells out, constants put in where they are used. */
export function sqlStatements({ path, text }: Source): SqlStatement[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, string>();
  const uses = new Map<string, string[]>();
  const found: { text: Text; name: string | undefined; givenTo: string | undefined }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isText(node.initializer)) {
      constants.set(node.name.text, textOf(node.initializer, constants));
    }
    if (ts.isCallExpression(node)) {
      const [first] = node.arguments;
      if (first !== undefined && ts.isIdentifier(first)) {
        uses.set(first.text, [...(uses.get(first.text) ?? []), calledName(node)]);
      }
    }
    if (isText(node)) found.push({ text: node, name: nameOf(node), givenTo: callOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.flatMap(({ text: node, name, givenTo }) => {
    const sql = textOf(node, constants).replaceAll(/\s+/g, ' ').trim();
    if (!SQL.test(sql)) return [];
    const used = name === undefined ? [] : (uses.get(name) ?? []);
    return [{ path, sql, givenTo: givenTo === undefined ? used : [givenTo] }];
  });
}

function isText(node: ts.Node | undefined): node is Text {
  return (
    node !== undefined &&
    (ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateExpression(node))
  );
}

function textOf(node: Text, constants: ReadonlyMap<string, string>): string {
  if (!ts.isTemplateExpression(node)) return node.text;
  const spans = node.templateSpans.map(({ expression, literal }) => {
    const known = ts.isIdentifier(expression) ? constants.get(expression.text) : undefined;
    return `${known ?? '§'}${literal.text}`;
  });
  return node.head.text + spans.join('');
}

/** Of the constant that it is the value of. */
function nameOf(node: Text): string | undefined {
  const { parent } = node;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)
    ? parent.name.text
    : undefined;
}

function callOf(node: Text): string | undefined {
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.arguments[0] === node
    ? calledName(parent)
    : undefined;
}

function calledName({ expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}
