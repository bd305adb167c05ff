import type { Unit } from '../../contract/bound.js';

/** What is known of a metric by its words. */
export interface KnownMetric {
  readonly name: string;
  readonly pattern: RegExp;
  readonly units: readonly Unit[];
  /** Which way is bad; undefined: neither. */
  readonly bad: 'high' | 'low' | undefined;
}

const time: readonly Unit[] = ['milliseconds'];
const percent: readonly Unit[] = ['percent'];

/** More telling words first: the first that fits a place in the text wins it. German, French and Spanish as far as teams mix them in. */
export const knownMetrics: readonly KnownMetric[] = [
  known('cache-hit-rate', 'low', percent, /cache[- ]hit[- ]?(?:rates?|ratios?)?|hit[- ](?:rates?|ratios?)/),
  known('index-hit-rate', 'low', percent, /index hit (?:rate|ratio)/),
  known(
    'success-rate',
    'low',
    percent,
    /success[- ](?:rates?|ratios?)|delivery(?: rates?)?|erfolgsquote|taux de (?:succès|réussite)|tasa de éxito/,
  ),
  known('coverage', 'low', percent, /(?:test |code )*coverage|testabdeckung|couverture/),
  known('availability', 'low', percent, /uptime|availability|verfügbarkeit|disponibilité|disponibilidad/),
  known('auth-failures', 'high', percent, /auth(?:entication)? (?:failures?|errors?)(?: rates?)?/),
  known(
    'error-rate',
    'high',
    percent,
    /(?:api |http )?(?:5xx|error|failure|fault)[- ](?:rates?|ratios?|percentage)|5xx(?: errors?)?|fehler(?:rate|quote)|taux d['’]erreurs?|tasa de err?or(?:es)?|errors?\b(?! budget)/,
  ),
  known('error-count', 'high', ['count', 'per minute'], /errors?\b(?! budget)|exceptions/),
  known('replication-lag', 'high', time, /replica(?:tion)? (?:lag|delay)/),
  known('fcp', 'high', time, /fcp|first contentful paint/),
  known('lcp', 'high', time, /lcp|largest contentful paint/),
  known(
    'query-time',
    'high',
    time,
    /(?:database |db |sql )?quer(?:y|ies)(?: (?:execution )?(?:times?|duration|latency))?/,
  ),
  known(
    'latency',
    'high',
    time,
    /(?:api |page )?(?:response|request|load)[- ](?:times?|latenc(?:y|ies)|duration)|latenc(?:y|ies)|antwortzeit(?:en)?|temps de réponse|tiempos? de respuesta|ttfb|\bp(?:50|90|95|99)\b/,
  ),
  known('cpu', 'high', percent, /cpu(?:[- ](?:usage|utili[sz]ation|load|average))*/),
  known('memory-growth', 'high', ['bytes per hour', 'percent', 'bytes'], /memory (?:growth|increase)/),
  known(
    'memory',
    'high',
    ['percent', 'bytes'],
    /(?:cache )?memory(?:[- ](?:usage|utili[sz]ation|footprint))?|heap(?: usage)?|\bram\b(?: usage)?|speicher(?:verbrauch)?/,
  ),
  known('disk', 'high', percent, /dis[ck](?:[- ](?:usage|utili[sz]ation|space used))?/),
  known(
    'connections',
    'high',
    ['percent', 'count'],
    /(?:database |db )?connection[- ]pool(?:[- ](?:usage|utili[sz]ation))?|pool(?:[- ](?:usage|utili[sz]ation))?|(?:database |db |active )?connections/,
  ),
  known('queue-depth', 'high', ['count'], /queue (?:depth|length|size)|backlog/),
  known('restarts', 'high', ['count'], /(?:pod |container )?restarts/),
  known('complaints', 'high', ['count'], /(?:user |customer )?complaints|(?:support )?tickets/),
  known('apdex', 'low', ['count'], /apdex/),
];

function known(name: string, bad: 'high' | 'low', units: readonly Unit[], pattern: RegExp): KnownMetric {
  return { name, bad, units, pattern: new RegExp(`(?<![\\p{L}\\d_])(?:${pattern.source})(?![\\p{L}_])`, 'giu') };
}

export interface FoundMetric {
  readonly metric: KnownMetric;
  readonly from: number;
  readonly to: number;
}

/** The metrics that a text speaks of and that can have this unit, left to right; of overlapping ones the longest. */
export function metricsIn(text: string, unit: Unit): FoundMetric[] {
  const found = knownMetrics
    .filter(({ units }) => units.includes(unit))
    .flatMap((metric) =>
      [...text.matchAll(metric.pattern)].map(({ 0: words, index }) => ({
        metric,
        from: index,
        to: index + words.length,
      })),
    )
    .sort((one, other) => other.to - other.from - (one.to - one.from));
  const chosen: FoundMetric[] = [];
  for (const each of found) {
    if (chosen.every(({ from, to }) => each.to <= from || each.from >= to)) chosen.push(each);
  }
  return chosen.sort((one, other) => one.from - other.from);
}
