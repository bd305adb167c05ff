import { z } from 'zod';
import { ledgerTable } from './ledger.js';
import type { Session } from './session.js';

/** Where tools note what they have applied. */
const versionTables = [
  '_prisma_migrations',
  'alembic_version',
  'ar_internal_metadata',
  'databasechangelog',
  'django_migrations',
  '__drizzle_migrations',
  'flyway_schema_history',
  'goose_db_version',
  'knex_migrations',
  'migrations',
  'mikro_orm_migrations',
  'pgmigrations',
  'schema_migrations',
  'SequelizeMeta',
];

const own = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`;

const definitions = `
  SELECT md5(coalesce(string_agg(line, E'\\n' ORDER BY line), '')) AS digest FROM (
    SELECT format('column %I.%I.%I %s %s %s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid <> coalesce(to_regclass($1)::oid, 0)
    UNION ALL
    SELECT format('%s %I.%I %s', c.relkind, n.nspname, c.relname, c.reloptions)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.oid <> coalesce(to_regclass($1)::oid, 0)
    UNION ALL
    SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${own} AND c.oid <> coalesce(to_regclass($1)::oid, 0)
    UNION ALL
    SELECT format('constraint %I %s %s', conname, pg_get_constraintdef(k.oid), convalidated) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
     WHERE ${own} AND k.conrelid <> coalesce(to_regclass($1)::oid, 0)
    UNION ALL
    SELECT format('enum %s %s', e.enumtypid::regtype, e.enumlabel) FROM pg_enum e
    UNION ALL
    SELECT format('function %s %s', p.oid::regprocedure, md5(p.prosrc)) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own}
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE NOT t.tgisinternal
    UNION ALL
    SELECT format('view %s %s', c.oid::regclass, md5(pg_get_viewdef(c.oid))) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${own} AND c.relkind IN ('v', 'm')
    UNION ALL
    SELECT format('extension %s %s', extname, extversion) FROM pg_extension
  ) AS lines`;

/** Equal for two moments between which nobody has changed the schema or a tool's own table of versions. */
export async function schemaFingerprint(session: Session): Promise<string> {
  const [found] = await session.rows(z.object({ digest: z.string() }), definitions, [ledgerTable]);
  const tables = await session.rows(
    z.object({ name: z.string() }),
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own} AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[]) AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`,
    [versionTables],
  );
  const digests = [found?.digest ?? ''];
  for (const { name } of tables) {
    const [rows] = await session.rows(
      z.object({ digest: z.string() }),
      `SELECT md5(coalesce(string_agg(md5(entry::text), '' ORDER BY md5(entry::text)), '')) AS digest FROM ${name} AS entry`,
    );
    digests.push(`${name} ${rows?.digest ?? ''}`);
  }
  return digests.join('\n');
}
