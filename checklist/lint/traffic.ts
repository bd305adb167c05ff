import { isRollback, wordsAround } from './around.js';
import type { Finding, PlacedCommand, Rule } from './finding.js';

const mutable =
  /(?:^|[=/\s])[\w./-]+:(latest|stable|previous|previous-stable|current|prod|production|main|master|canary|[\w-]*-(?:stable|canary|latest|production))$/i;

function isImageCommand({ words }: PlacedCommand): boolean {
  return words.some((word) => /^(?:docker|podman|kubectl|helm|nerdctl)$/.test(word));
}

const mutableTag: Rule = ({ commands }) =>
  commands.filter(isImageCommand).flatMap(({ words, line }): Finding[] => {
    const tagged = words.find((word) => mutable.test(word) && !/^https?:/.test(word));
    return tagged === undefined
      ? []
      : [
          {
            code: 'mutable-tag',
            lines: [line],
            because: `${tagged} names whatever was pushed last under that tag: what runs after a restart, or after going back, is not known`,
            better: 'deploy by digest, name@sha256:…, or by a version that is never pushed twice',
          },
        ];
  });

const shareWords = /\bcanary\b|\b(?:5|10|20|25|50) ?%\s*(?:of\b|traffic|users)|\bpercent of (?:the )?traffic/i;

/** One Deployment, one image: everybody gets it. */
const canaryReplacesAll: Rule = ({ commands }) =>
  commands.flatMap(({ words, line, block }): Finding[] => {
    const text = words.join(' ');
    const target = /kubectl\b.*\bset image (?:deployment|deploy|statefulset)s?[/ ]([\w-]+)/.exec(text)?.[1];
    if (target === undefined || /canary|green|preview/i.test(target) || isRollback(block.section)) return [];
    const around = wordsAround(block.section, block.entry, block.intro);
    if (!shareWords.test(around) && !/canary/i.test(text)) return [];
    return [
      {
        code: 'canary-replaces-all',
        lines: [line],
        because: `setting the image of ${target} replaces all of its pods: this is no share of the traffic`,
        better: 'put the release beside the live one and move weights: a slot of its own, then 10, 50, 100',
      },
    ];
  });

const surgeIsNoShare: Rule = ({ commands, document }) => {
  const found = commands.find(
    ({ raw, block }) =>
      /maxSurge|maxUnavailable/.test(raw.join(' ')) &&
      /\b(?:batch|traffic|roll ?out|canary|\d+ ?%)/i.test(
        `${wordsAround(block.section, block.entry, block.intro)}\n${block.text}`,
      ),
  );
  const spoken = document.entries.find(
    ({ kind, text }) => kind !== 'row' && kind !== 'paragraph' && /maxSurge.*(?:\btraffic\b|\d+ ?%)/i.test(text),
  );
  const line = found?.line ?? spoken?.line;
  return line === undefined
    ? []
    : [
        {
          code: 'surge-is-no-share',
          lines: [line],
          because:
            'maxSurge bounds how many pods are replaced at a time; it gives no share of the traffic, and changing it alone starts nothing',
          better: 'move weights at the balancer, and watch each share before the next',
        },
      ];
};

const stops =
  /^(?:sudo )?(?:docker(?:-compose| compose)? (?:stop|rm|kill|down)|systemctl stop|service \S+ stop|kubectl (?:delete (?:deployment|deploy|pod)|scale\b.*--replicas[= ]0)|pm2 (?:stop|delete)|supervisorctl stop)\b/;
const starts =
  /^(?:sudo )?(?:docker run|docker(?:-compose| compose)? (?:up|start)|systemctl (?:start|restart)|service \S+ start|kubectl (?:apply|create|scale)|pm2 start|supervisorctl start)\b/;
const withoutService = /\b(?:maintenance|downtime|singleton|scheduler|cron|drain|worker|old|blue|previous)\b/i;

/** Between the stop and the start nobody is served. */
const stopBeforeStart: Rule = ({ commands, document }) => {
  const typed = document.blocks.flatMap((block): Finding[] => {
    const here = commands.filter((command) => command.block === block);
    const stop = here.find(({ words }) => stops.test(words.join(' ')));
    const before = here.some(
      ({ words, line }) => starts.test(words.join(' ')) && stop !== undefined && line < stop.line,
    );
    const start = stop && here.find(({ words, line }) => line > stop.line && starts.test(words.join(' ')));
    if (!stop || !start || before || withoutService.test(stop.words.join(' '))) return [];
    return [downtime(stop.line, start.line)];
  });
  if (typed.length > 0) return typed;
  const items = document.entries.filter(({ kind }) => kind !== 'paragraph' && kind !== 'row');
  return items.flatMap((stop, index): Finding[] => {
    if (
      !/^(?:\*\*)?(?:stop|shut ?down|take down)(?: and remove)?\b.{0,30}\b(?:app(?:lication)?|service|container|backend|server|api)\b/i.test(
        stop.text,
      ) ||
      withoutService.test(stop.text)
    )
      return [];
    const start = items
      .slice(index + 1)
      .find(
        ({ text, section }) =>
          section === stop.section &&
          /^(?:re)?start\b|^(?:run|launch)\b.{0,40}\b(?:container|image|version|app)/i.test(text),
      );
    return start ? [downtime(stop.line, start.line)] : [];
  });
};

function downtime(stop: number, start: number): Finding {
  return {
    code: 'stop-before-start',
    lines: [stop, start],
    because: `what serves users is stopped on line ${stop}, and its successor starts on line ${start} only: nobody is served in between`,
    better: 'start the other one beside it, see it healthy, move the traffic, then stop',
  };
}

const deploys =
  /^(?:npm|pnpm|yarn)(?: run)? (?:\S*deploy\S*)|^kubectl (?:apply|rollout|set)|^helm upgrade|^docker(?:-compose| compose)? (?:up|run)|^(?:\.\/|bash |sh )?\S*deploy\S*\.sh|^(?:serverless|sls|fly|vercel|cap) .*deploy|^git push/;

/** A variable of the operator's shell reaches what is deployed only if somebody hands it on. */
const operatorsShell: Rule = ({ commands }) =>
  commands.flatMap((command): Finding[] => {
    const [first, assignment = ''] = command.words;
    const name = /^([A-Z][A-Z0-9_]*)=/.exec(assignment)?.[1];
    if (
      first !== 'export' ||
      name === undefined ||
      /^(?:AWS_|PG|KUBE|PATH$|DOCKER_|PULUMI_|NODE_OPTIONS|VERSION|TAG|IMAGE|RELEASE$|TIMESTAMP|BACKUP|SNAPSHOT)/.test(
        name,
      )
    )
      return [];
    const deploy = commands.find(
      ({ block, line, words }) => block === command.block && line > command.line && deploys.test(words.join(' ')),
    );
    const handedOn = deploy?.words.some((word) => word.includes(name)) ?? true;
    if (!deploy || handedOn) return [];
    return [
      {
        code: 'setting-in-operators-shell',
        lines: [command.line, deploy.line],
        because: `${name} is set in the shell of whoever types this; nothing says that the command on line ${deploy.line} hands it on to what runs`,
        better:
          'change it where the product gets its settings from, and release that; a kill switch is a flag that needs no deployment',
      },
    ];
  });

export const trafficRules: readonly Rule[] = [
  mutableTag,
  canaryReplacesAll,
  surgeIsNoShare,
  stopBeforeStart,
  operatorsShell,
];
