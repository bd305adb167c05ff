// A service that keeps branches of a database, as database.backups.branches asks for them: here each is a database of
// one PostgreSQL. ADMIN_URL comes by the environment, as a secret does; one JSON document goes to stdout.
import pg from 'pg';

const { ADMIN_URL, CROSSFADE_ACTION, CROSSFADE_DATABASE, CROSSFADE_BRANCH, CROSSFADE_FROM, CROSSFADE_KEEP_AS } =
  process.env;
const client = new pg.Client({ connectionString: ADMIN_URL });
await client.connect();

const quoted = (name) => pg.escapeIdentifier(name);
const names = async () => {
  const { rows } = await client.query(
    "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', 'shop', $1) ORDER BY 1",
    [CROSSFADE_DATABASE],
  );
  return rows.map(({ datname }) => datname);
};
const end = (databases) =>
  client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY ($1)', [databases]);

/** Once nobody is connected, for at most ten seconds. */
async function alone(databases, act) {
  for (let tries = 0; ; tries += 1) {
    await end(databases);
    try {
      return await act();
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (error.code !== '55006' || tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const actions = {
  async create() {
    const from = CROSSFADE_FROM ?? CROSSFADE_DATABASE;
    if (!(await names()).includes(CROSSFADE_BRANCH)) {
      const sql = `CREATE DATABASE ${quoted(CROSSFADE_BRANCH)} TEMPLATE ${quoted(from)}`;
      await alone([from], () => client.query(sql));
    }
    return { name: CROSSFADE_BRANCH, database: CROSSFADE_BRANCH };
  },
  async restore() {
    const renames =
      `BEGIN; ALTER DATABASE ${quoted(CROSSFADE_DATABASE)} RENAME TO ${quoted(CROSSFADE_KEEP_AS)};` +
      `ALTER DATABASE ${quoted(CROSSFADE_BRANCH)} RENAME TO ${quoted(CROSSFADE_DATABASE)}; COMMIT`;
    await alone([CROSSFADE_DATABASE, CROSSFADE_BRANCH], () => client.query(renames));
    return {};
  },
  async delete() {
    await client.query(`DROP DATABASE IF EXISTS ${quoted(CROSSFADE_BRANCH)} WITH (FORCE)`);
    return {};
  },
  list: async () => (await names()).map((name) => ({ name, database: name })),
};

try {
  process.stdout.write(JSON.stringify(await actions[CROSSFADE_ACTION]()));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
} finally {
  await client.end();
}
