// What the dead man's switch does when it is called. It runs in Lambda as it stands here: plain JavaScript that needs
// nothing but Node, so that nothing has to be built, and nothing old can be deployed.
import { createHash } from 'node:crypto';

const colours = ['blue', 'green'];
const attempts = 20;
const signature = 'dead-mans-switch';

/**
 * Called by the schedule at its deadline with what was armed, or by a slot's composite alarm. See fire.d.mts for the
 * world. Gives a word for what was done, and throws when traffic could not be moved back: Lambda then calls again.
 */
export async function fire(event, world) {
  const schedule = await world.schedule();
  const byDeadline = event?.kind === 'deadline';
  if (schedule === undefined) return { did: 'nothing', because: 'nothing is armed' };
  const armed = readArmed(schedule.input);
  if (byDeadline) {
    if (readArmed(event).token !== armed.token) return { did: 'nothing', because: 'another run has armed it since' };
    if (schedule.at > world.now().getTime()) return { did: 'nothing', because: 'the deadline was moved' };
  } else {
    const refusal = await refusalOfAlarm(event, armed, world);
    if (refusal === 'not ours')
      return { did: 'nothing', because: 'the alarm of the slot that is returned to, or of none' };
    if (refusal !== undefined) {
      await world.page(`${world.environment}: a slot is bad, and traffic was not moved`, refusal);
      return { did: 'paged', because: refusal };
    }
  }
  const because = byDeadline ? 'the run gave no sign before its deadline' : `the alarm of ${watched(armed)} fired`;
  return goBack(armed, because, world);
}

async function goBack(armed, because, world) {
  const fence = await takeToken(armed, world);
  if (fence.superseded)
    return { did: 'nothing', because: `token ${fence.token} was given out: somebody else has the traffic` };
  const failures = await moveBack(armed, world);
  const notes = fence.note === undefined ? [] : [fence.note];
  if (failures.length > 0) {
    const text = [because, ...notes, ...failures].join('\n');
    await noted('page', () => world.page(`${world.environment}: traffic could NOT be moved back`, text));
    throw new Error(failures.join('; '));
  }
  const at = world.now().toISOString();
  const fired = { run: armed.run, returnTo: armed.returnTo, token: fence.token, at };
  notes.push(...(await noted('fired', () => world.store.put(firedKey(world.environment), JSON.stringify(fired)))));
  notes.push(...(await noted('journal', () => appendFired(armed, fence.token, because, at, world))));
  const weights = colours.map((colour) => `${colour} ${armed.returnTo[colour]} %`).join(' / ');
  const text = [because, `run ${armed.run}`, ...notes].join('\n');
  notes.push(...(await noted('page', () => world.page(`${world.environment}: traffic went back to ${weights}`, text))));
  return { did: 'went back', because: [because, ...notes].join('; ') };
}

/** Undefined: go back. */
async function refusalOfAlarm(event, armed, world) {
  const bad = watched(armed);
  const other = bad === 'blue' ? 'green' : 'blue';
  if (!event?.resources?.includes(world.alarms[bad])) return 'not ours';
  const state = await world.alarmState(other);
  if (state === 'OK') return undefined;
  return `${bad} is bad, and ${other}, which would be returned to, is ${state === 'ALARM' ? 'bad too' : 'not known to be well'}`;
}

/** The slot that was given traffic: the one that loses it when the switch fires. */
function watched(armed) {
  return armed.returnTo.blue >= armed.returnTo.green ? 'green' : 'blue';
}

/** Whoever holds the lease is fenced from here on. A store that does not answer stops nobody: traffic is worth more. */
async function takeToken(armed, world) {
  let note;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const stream = `leases/${world.environment}`;
      const version = await world.store.last(stream);
      const text = version === undefined ? undefined : await world.store.get(recordKey(stream, version));
      if (version !== undefined && text === undefined) continue;
      const lease = text === undefined ? firstLease(world.environment) : JSON.parse(text);
      // Taken by an earlier call of ours: which went back, or could not write all rules.
      if (lease.holder === null && lease.token === armed.token + 1) {
        const fired = await world.store.get(firedKey(world.environment));
        const done = fired !== undefined && JSON.parse(fired).token === lease.token;
        return done ? { superseded: true, token: lease.token } : { token: lease.token };
      }
      if (lease.token > armed.token) return { superseded: true, token: lease.token };
      const token = Math.max(lease.token, armed.token) + 1;
      const next = canonicalJson({ ...lease, token, renewal: 0, holder: null });
      const key = recordKey(stream, version === undefined ? 0 : version + 1);
      if ((await world.store.putOnce(key, `${next}\n`)) !== 'written') continue;
      // A holder removes its superseded renewals: a number that was free may have been used long ago.
      if ((await world.store.last(stream)) === (version ?? -1) + 1) return { token };
    } catch (error) {
      note = `the lease could not be taken (${error.name}); the run may still believe that it has the traffic`;
      await world.sleep(200);
    }
  }
  return { token: armed.token + 1, note: note ?? 'the lease kept changing hands and could not be taken' };
}

function firstLease(environment) {
  return { format: 1, environment, token: 0, renewal: 0, holder: null, term: 15_000, head: null };
}

async function moveBack(armed, world) {
  const results = await Promise.allSettled(armed.routes.map((route) => persist(() => world.writeRule(route), world)));
  return results.flatMap((result, index) =>
    result.status === 'rejected' ? [`${armed.routes[index].service}: ${result.reason?.name ?? result.reason}`] : [],
  );
}

async function persist(call, world) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 8) throw error;
      await world.sleep(Math.min(4_000, 100 * 2 ** attempt));
    }
  }
}

async function appendFired(armed, token, because, at, world) {
  const stream = `journals/${armed.run}`;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const last = await world.store.last(stream);
    const text = last === undefined ? undefined : await world.store.get(recordKey(stream, last));
    if (text === undefined) throw new Error('the run has no journal');
    // Written by an earlier call, or by this one, whose reply was lost.
    const { by, token: written } = JSON.parse(text);
    if (by === signature && written === token) return;
    const event = {
      format: 1,
      run: armed.run,
      sequence: last + 1,
      at,
      token,
      by: signature,
      previous: `sha256:${createHash('sha256').update(text.replace(/\n$/, '')).digest('hex')}`,
      body: { kind: 'fired', token, weights: armed.returnTo, because },
    };
    if ((await world.store.putOnce(recordKey(stream, last + 1), `${canonicalJson(event)}\n`)) === 'written') return;
  }
  throw new Error('others kept writing to the journal');
}

async function noted(what, act) {
  try {
    await act();
    return [];
  } catch (error) {
    return [`${what} could not be written: ${error.message}`];
  }
}

/** Throws for anything else than what the pipeline arms. */
function readArmed(value) {
  const { run, token, returnTo, routes } = value ?? {};
  const whole =
    colours.every((colour) => Number.isFinite(returnTo?.[colour])) && returnTo.blue + returnTo.green === 100;
  const named =
    Array.isArray(routes) && routes.every((route) => route.service && route.ruleArn && Array.isArray(route.targets));
  if (typeof run !== 'string' || !Number.isInteger(token) || !whole || !named)
    throw new Error('armed with something unreadable');
  return value;
}

export function firedKey(environment) {
  return `switches/${environment}.json`;
}

function recordKey(stream, sequence) {
  return `${stream}/${String(sequence).padStart(9, '0')}.json`;
}

/** JSON with sorted keys and no spaces, as the journal writes it. */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
