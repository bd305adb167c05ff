/**
 * The same source with `import * as aws` instead of the one file of the SDK that each resource lies in, as most programs
 * have it. Throws for an import that it can't read.
 */
export function wholeSdkImports(text: string): string {
  const changed = text.replace(
    /^import {([^}]*)} from '@pulumi\/aws\/((?:\w+\/)?)\w+\.js';$/gm,
    (_line, names: string, module: string) => {
      const from = module === '' ? 'aws' : `aws.${module.slice(0, -1)}`;
      return names
        .split(',')
        .map((name) => localName(name.trim(), from))
        .join('\n');
    },
  );
  const rest = /^import {[^}]*} from '@pulumi\/aws\/.*$/m.exec(changed)?.[0];
  if (rest !== undefined) throw new Error(`not understood: ${rest}`);
  return changed === text ? text : `import * as aws from '@pulumi/aws';\n${changed}`;
}

/** `Bucket`, `Function as LambdaFunction`, `getInstanceOutput` or `type GetInstanceResult`. */
function localName(name: string, from: string): string {
  const [, isType, original = '', alias] = /^(type )?(\w+)(?: as (\w+))?$/.exec(name) ?? [];
  const local = alias ?? original;
  const value = `const ${local} = ${from}.${original};`;
  const type = `type ${local} = ${from}.${original};`;
  if (isType) return type;
  // A class is both; a function of a provider is no type.
  return /^[A-Z]/.test(original) ? `${value}\n${type}` : value;
}
