// Types and lint over one program of TypeScript's: each would make its own, and find out the same types again. Prints
// { name, passed, output } for each, as a line of JSON.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const ts = createRequire(import.meta.url)('typescript');
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const program = readProgram(`${ROOT}tsconfig.json`);
say('types', types(program));
say('lint', await lint(program));

function say(name, problems) {
  process.stdout.write(`${JSON.stringify({ name, passed: problems === '', output: problems })}\n`);
}

function readProgram(file) {
  const onUnRecoverableConfigFileDiagnostic = (diagnostic) => {
    throw new Error(formatted([diagnostic]));
  };
  const configuration = ts.getParsedCommandLineOfConfigFile(
    file,
    { noEmit: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic },
  );
  const { fileNames, options, errors } = configuration;
  // With the links to parents that the parser of lint asks for.
  const host = ts.createCompilerHost(options, true);
  return ts.createProgram({ rootNames: fileNames, options, host, configFileParsingDiagnostics: errors });
}

function types(made) {
  return formatted(ts.sortAndDeduplicateDiagnostics(ts.getPreEmitDiagnostics(made)));
}

async function lint(made) {
  const parserOptions = { projectService: false, programs: [made] };
  const overrideConfig = { files: ['**/*.ts'], languageOptions: { parserOptions } };
  const eslint = new ESLint({ cwd: ROOT, overrideConfig });
  const errors = ESLint.getErrorResults(await eslint.lintFiles(['.']));
  const { format } = await eslint.loadFormatter('stylish');
  return errors.length === 0 ? '' : await format(errors);
}

function formatted(diagnostics) {
  return ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => ROOT,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
}
