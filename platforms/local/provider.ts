import type { LocalResource } from '../../contract/local-resource.js';
import { balancerResource } from './resources/balancer.js';
import { databaseResource } from './resources/database.js';
import { sayingHints } from './resources/saying-hints.js';
import { serviceResource } from './resources/service.js';
import { slotResource } from './resources/slot.js';

// By this mark the leftovers of a killed engine are found and ended. What is started here must outlive the engine.
delete process.env['CROSSFADE_ENGINE'];

/** What the shim of a dynamic resource loads by name when the engine calls it. */
export const implementations: Readonly<Record<string, LocalResource>> = {
  balancer: sayingHints(balancerResource),
  database: sayingHints(databaseResource),
  service: sayingHints(serviceResource),
  slot: sayingHints(slotResource),
};
