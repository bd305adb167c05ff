import { z } from 'zod';
import { databaseBackupsSchema, secretPlaceSchema } from './database-backups.js';
import { nameSchema } from './names.js';

/** On the local platform: a PostgreSQL server of the environment's own, or with `url` one that somebody else serves. */
export const localDatabaseConfigurationSchema = z
  .strictObject({
    /** With `url` the name that stands in it, so that no other database is meant by accident. */
    name: z.string().min(1).max(63),
    /** What services connect with: where postgresql://user:password@host:port/database lies. */
    url: secretPlaceSchema.optional(),
    /** The same for migrations and backups, as a role that owns the tables and may create databases; left out: `url`. */
    ownerUrl: secretPlaceSchema.optional(),
    /** The same for questions, as a role that may only read; left out: that of the owner, in a read-only transaction. */
    readerUrl: secretPlaceSchema.optional(),
    /** A server of the environment's own: `copy` where nothing is said. One by `url`: always `dump`. */
    backups: databaseBackupsSchema.optional(),
  })
  .superRefine((database, context) => {
    const given = database.url !== undefined;
    if (!given && !nameSchema.safeParse(database.name).success) {
      context.addIssue({ code: 'custom', path: ['name'], message: 'a name of a-z, 0-9 and -, starting with a letter' });
    }
    if (given && database.backups?.kind === 'copy') {
      const message = "dump, since the folder of somebody else's server can't be copied";
      context.addIssue({ code: 'custom', path: ['backups', 'kind'], message });
    }
    for (const key of ['ownerUrl', 'readerUrl'] as const) {
      if (!given && database[key] !== undefined)
        context.addIssue({ code: 'custom', path: [key], message: 'no such key without url' });
    }
    const { kind, encryptionKey, copyTo, branches } = database.backups ?? {};
    if (kind === 'branch' && !given) {
      const message = 'copy or dump: only who serves a database by its url keeps branches of it';
      context.addIssue({ code: 'custom', path: ['backups', 'kind'], message });
    }
    if ((kind === 'branch') !== (branches !== undefined)) {
      const message = 'for kind: branch, and only there';
      context.addIssue({ code: 'custom', path: ['backups', 'branches'], message });
    }
    if (kind === 'branch' && (encryptionKey !== undefined || copyTo !== undefined)) {
      const message = 'dump: a branch is neither encrypted here nor taken to a second place';
      context.addIssue({ code: 'custom', path: ['backups', 'kind'], message });
    }
    const dumpsOnly = given || kind === 'dump' || (encryptionKey === undefined && copyTo === undefined);
    if (!dumpsOnly) {
      const message = 'dump: a copy of the data folder is neither encrypted nor taken to a second place';
      context.addIssue({ code: 'custom', path: ['backups', 'kind'], message });
    }
  });

export type LocalDatabaseConfiguration = z.infer<typeof localDatabaseConfigurationSchema>;
