import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  /** Erased by the compiler: it cannot run anything. */
  readonly typeOnly: boolean;
}

interface Layer {
  /** Folders and files of this repository, by prefix. */
  readonly own: readonly string[];
  /** The same, but for types alone. */
  readonly types?: readonly string[];
  /** Packages, by prefix; `node:` for Node's own. */
  readonly packages: readonly string[];
}

const ANY_PACKAGE = [''];

/** Who may import whom. Every layer may import itself. */
const LAYERS: Readonly<Record<string, Layer>> = {
  // Loaded before everything else, into processes that are not ours.
  'guard/': { own: [], packages: ['node:module'] },
  'contract/': { own: [], packages: ['zod', 'node:crypto'] },
  // Node's modules only compute here, names and the places of files beside the source.
  'components/': { own: ['contract/'], packages: ['@pulumi/', 'node:crypto', 'node:url'] },
  // Node's modules here only compute names and places.
  'stacks/': {
    own: ['components/', 'contract/'],
    packages: ['@pulumi/', 'zod', 'node:crypto', 'node:path', 'node:os'],
  },
  'index.ts': { own: ['guard/', 'stacks/', 'contract/'], packages: ['@pulumi/pulumi'] },
  // What a recorded plan says is foreign: steps parse their arguments.
  'pipeline/': { own: ['contract/'], packages: ['zod'] },
  // What people write: Markdown with annotations in YAML.
  'checklist/': { own: ['contract/'], packages: ['markdown-it', 'yaml', 'zod'] },
  'platforms/': { own: ['contract/', 'pipeline/ports/'], types: ['pipeline/'], packages: ANY_PACKAGE },
  'gates/': {
    own: ['contract/', 'pipeline/ports/', 'pipeline/questions'],
    types: ['pipeline/'],
    packages: ANY_PACKAGE,
  },
  'journal/': { own: ['contract/'], types: ['pipeline/'], packages: ['node:', '@aws-sdk/client-s3'] },
  // Receivers of what runs tell, and the outbox that it waits in.
  'messages/': { own: ['contract/', 'journal/'], types: ['pipeline/'], packages: ['node:', 'nodemailer', 'zod'] },
  'cli/': {
    own: ['contract/', 'checklist/', 'pipeline/', 'platforms/', 'gates/', 'journal/', 'messages/'],
    packages: ANY_PACKAGE,
  },
};

/** What a file imports, in every form TypeScript has for it. */
export function importsOf(path: string, text: string): Import[] {
  const imports: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (node !== undefined && ts.isStringLiteralLike(node)) imports.push({ specifier: node.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && isLoading(node.expression)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022));
  return imports;
}

function isLoading(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
}

/** A sentence for each import of the file that its layer does not allow; a file outside all layers may do anything. */
export function forbiddenImports(path: string, text: string): string[] {
  const layer = Object.keys(LAYERS).find((prefix) => path.startsWith(prefix));
  const rules = layer === undefined ? undefined : LAYERS[layer];
  if (layer === undefined || rules === undefined) return [];
  return importsOf(path, text)
    .filter(({ specifier, typeOnly }) => {
      if (!specifier.startsWith('.')) return !rules.packages.some((prefix) => specifier.startsWith(prefix));
      const target = normalize(join(dirname(path), specifier));
      const allowed = [layer, ...rules.own, ...(typeOnly ? (rules.types ?? []) : [])];
      return !allowed.some((prefix) => target.startsWith(prefix));
    })
    .map(({ specifier, typeOnly }) => `${path} imports ${specifier}${typeOnly ? ' (types)' : ''}`);
}
