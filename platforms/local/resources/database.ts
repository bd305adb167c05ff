import { z } from 'zod';
import { ConfigurationError, RefusedError } from '../../../contract/errors.js';
import { parse } from '../../../contract/parse.js';
import { serverAlive, startServer, stopServer } from '../host/postgres-server.js';
import { slotsStandingBecause } from '../slots-standing-because.js';
import type { LocalResource } from '../../../contract/local-resource.js';

const databaseResourceSchema = z.object({ directory: z.string().min(1), name: z.string().min(1) });

/** The environment's PostgreSQL. Destroying it stops the server and leaves its data, which a later up finds again. */
export const databaseResource: LocalResource = {
  async create(inputs) {
    const { directory, name } = parsed(inputs);
    return { id: name, outs: { directory, ...(await startServer({ directory, database: name })) } };
  },
  read(id, properties) {
    return Promise.resolve({ id, props: properties });
  },
  async diff(id, _olds, news) {
    const { directory, name } = parsed(news);
    if (name !== id) throw new ConfigurationError(`the database is called ${id}: a database does not change its name`);
    return { changes: (await serverAlive({ directory })).answer !== 'yes' };
  },
  async update(_id, _olds, news) {
    const { directory, name } = parsed(news);
    return { outs: { directory, ...(await startServer({ directory, database: name })) } };
  },
  async delete(_id, properties) {
    const { directory } = parsed(properties);
    const because = await slotsStandingBecause(directory);
    if (because !== undefined) throw new RefusedError(`${because}: the database goes after the slots`);
    await stopServer({ directory });
  },
};

function parsed(properties: unknown): z.infer<typeof databaseResourceSchema> {
  return parse(databaseResourceSchema, properties, 'database resource');
}
