import type { runMoments } from '../../contract/message-moment.js';

type Told = (typeof runMoments)[number];

/** Sensible words where a checklist has none of its own. The first line is the title. */
export const usualWords: Readonly<Record<Told, string>> = {
  announced: `{{environment}}: {{product}} {{version}} is planned for {{window}}
{{because}}
announced by {{requestedBy}}`,
  begun: `{{environment}}: {{action}} of {{product}} {{version}} has begun
live until now: {{previous}}; by {{requestedBy}}: {{because}}
checked before: {{checklist}}
run {{run}}, plan {{plan}}`,
  progress: `{{environment}}: {{product}} {{version}}: {{step}}
{{weights}}, {{duration}} since {{started}}
{{metrics}}`,
  alarm: `{{environment}}: {{product}} {{version}}: alarm: {{alarm}}
at '{{step}}', {{weights}}
{{metrics}}
{{next}}`,
  held: `{{environment}}: {{action}} of {{product}} {{version}} {{outcome}}
at: {{weights}}
{{metrics}}
{{next}}`,
  'rolled-back': `{{environment}}: {{product}} {{version}} {{outcome}}
now: {{weights}}, after {{duration}}
{{metrics}}
issue: {{issue}}
{{next}}`,
  completed: `{{environment}}: {{action}} of {{product}} {{version}} {{outcome}}
{{weights}}, in {{duration}}; live before: {{previous}}
{{metrics}}
{{next}}`,
  incident: `{{environment}}: {{product}} {{version}}: {{outcome}}
now: {{weights}}
issue: {{issue}}
{{next}}`,
};
