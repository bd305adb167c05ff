import type { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import type { Asked } from '../../pipeline/questions.js';
import { Git } from '../git/git.js';
import { fetchJson, type JsonQuestion } from '../http/fetch-json.js';
import type { Surroundings } from '../surroundings.js';

const most = 10;

/** GitHub's REST and GraphQL, of the repository that the project lies in. Every call throws PlatformError where it isn't answered. */
export class GitHub {
  readonly #about: Pick<Asked, 'plan'>;
  readonly #around: Pick<Surroundings, 'folder' | 'variables'>;
  readonly #signal: AbortSignal;
  #repository: Promise<string> | undefined;

  constructor(about: Pick<Asked, 'plan'>, around: Pick<Surroundings, 'folder' | 'variables'>, signal: AbortSignal) {
    this.#about = about;
    this.#around = around;
    this.#signal = signal;
  }

  /** `path` below the repository. */
  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    return this.#parsed(schema, await this.#ask(`/repos/${await this.repository()}${path}`), path);
  }

  /** Undefined where there is none. */
  async getIfAny<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | undefined> {
    const answer = await this.#ask(`/repos/${await this.repository()}${path}`, { missing: 404 });
    return answer === undefined ? undefined : this.#parsed(schema, answer, path);
  }

  /** Makes one of what lies below the repository. */
  async create<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.#ask(`/repos/${await this.repository()}${path}`, { body, status: 201 });
    return this.#parsed(schema, answer, path);
  }

  /** Every page of a list; `list` takes it out of what is answered. */
  async pages<Schema extends z.ZodType, Item>(
    path: string,
    schema: Schema,
    list: (page: z.output<Schema>) => readonly Item[],
  ): Promise<Item[]> {
    const all: Item[] = [];
    for (let page = 1; page <= most; page += 1) {
      const items = list(await this.get(`${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`, schema));
      all.push(...items);
      if (items.length < 100) return all;
    }
    throw new PlatformError(`GitHub has more than ${most * 100} of ${path}`);
  }

  async query<Schema extends z.ZodType>(query: string, variables: unknown, schema: Schema): Promise<z.output<Schema>> {
    const { variables: names } = this.#around;
    const api = this.#address();
    const url =
      names['GITHUB_GRAPHQL_URL'] ?? (api.endsWith('/api/v3') ? api.replace(/\/v3$/, '/graphql') : `${api}/graphql`);
    const body = { query, variables };
    return this.#parsed(
      schema,
      await fetchJson({ ...this.#question(url), body }, this.#about, this.#around, this.#signal),
      'graphql',
    );
  }

  /** `owner/name`, as GitHub Actions says, else as the remote is called. */
  repository(): Promise<string> {
    this.#repository ??= this.#findRepository();
    return this.#repository;
  }

  #ask(path: string, further: Partial<JsonQuestion> = {}): Promise<unknown> {
    const question = { ...this.#question(`${this.#address()}${path}`), ...further };
    return fetchJson(question, this.#about, this.#around, this.#signal);
  }

  #address(): string {
    return (this.#around.variables['GITHUB_API_URL'] ?? 'https://api.github.com').replace(/\/$/, '');
  }

  #question(url: string) {
    const { variables } = this.#around;
    const token = ['GITHUB_TOKEN', 'GH_TOKEN'].find((name) => (variables[name] ?? '') !== '');
    return { url, token, headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' } };
  }

  #parsed<Schema extends z.ZodType>(schema: Schema, answer: unknown, what: string): z.output<Schema> {
    const result = schema.safeParse(answer);
    if (result.success) return result.data;
    throw new PlatformError(`GitHub's answer to ${what} is not understood`);
  }

  async #findRepository(): Promise<string> {
    const said = this.#around.variables['GITHUB_REPOSITORY'];
    const { text } =
      said === undefined
        ? await new Git(this.#around.folder, this.#signal).run(['remote', 'get-url', 'origin'])
        : { text: said };
    const [, owner, name] = /(?:^|[/:])([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(text) ?? [];
    if (owner !== undefined && name !== undefined) return `${owner}/${name}`;
    throw new PlatformError(`which repository of GitHub's this is can't be told from '${text}'`);
  }
}
