/** Eta templates of the page's parts, by name. Every interpolation `<%= %>` is made visible and escaped. */
export const templates: Readonly<Record<string, string>> = {
  page: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">
<title><%= it.report.title %>: <%= it.report.outcome.words.toLowerCase() %></title>
<style><%~ it.assets.styles %></style>
</head>
<body>
<%~ include('@summary', it) %>
<main>
<%~ include('@moments', it) %>
<%~ include('@traffic', it) %>
<%~ include('@judgements', it) %>
<%~ include('@steps', it) %>
<%~ include('@gates', it) %>
<%~ include('@evidence', it) %>
<%~ include('@journal', it) %>
</main>
<script type="application/json" id="traffic-data"><%~ it.chart %></script>
<script><%~ it.assets.chart %></script>
<script><%~ it.assets.script %></script>
</body>
</html>
`,

  summary: `<header class="<%= it.report.outcome.tone %>">
<p class="badge"><%= it.report.outcome.words %></p>
<h1><%= it.report.title %></h1>
<p class="because"><%= it.report.outcome.because %></p>
<ul class="tiles">
<li><span>Live at the end</span><% if (it.report.live) { %><strong class="<%= it.report.live.colour %>"><%= it.report.live.colour %></strong> <%= it.report.live.version ?? '' %><% } else { %><strong>no slot alone</strong><% } %></li>
<% if (it.report.back) { %><li><span>Traffic back in</span><strong><%= it.report.back.milliseconds === undefined ? '–' : it.duration(it.report.back.milliseconds) %></strong> after the decision</li><% } %>
<li><span>Took</span><strong><%= it.words.took(it.report.began, it.report.ended) %></strong></li>
<li><span>Requests judged</span><strong><%= it.words.count(it.report.judged.requests) %></strong> <%= it.words.count(it.report.judged.errors) %> failed</li>
</ul>
<dl>
<div><dt>Release</dt><dd><%= it.report.plan.release?.version ?? 'none' %><% if (it.report.plan.previous) { %>, replacing <%= it.report.plan.previous.version %><% } %><% if (it.report.plan.input) { %><br><small>commit <%= it.report.plan.input.release.commit.sha.slice(0, 12) %> by <%= it.report.plan.input.release.commit.author %></small><% } %></dd></div>
<div><dt>Slots</dt><dd><% if (it.report.plan.from) { %>from <b class="<%= it.report.plan.from %>"><%= it.report.plan.from %></b> <% } %>to <b class="<%= it.report.plan.to %>"><%= it.report.plan.to %></b></dd></div>
<div><dt>Asked for by</dt><dd><%= it.report.plan.requestedBy %><br><small><%= it.report.plan.because %></small></dd></div>
<div><dt>Carried out by</dt><dd><%= it.report.actors.join(', ') %></dd></div>
<div><dt>Began</dt><dd><%= it.words.day(it.report.began) %><br><small><%= it.words.time(it.report.began) %> to <%= it.words.time(it.report.ended) %></small></dd></div>
<div><dt>Run</dt><dd><code><%= it.report.plan.run %></code></dd></div>
</dl>
</header>
`,

  moments: `<section aria-labelledby="moments">
<h2 id="moments">What happened</h2>
<% if (it.report.back && it.report.back.because !== it.report.outcome.because) { %><p class="cause">It went back because: <%= it.report.back.because %> <small>(decided by <%= it.report.back.by %>)</small></p><% } %>
<ol class="moments">
<% for (const moment of it.report.moments) { %><li class="<%= moment.tone %>"><time datetime="<%= new Date(moment.at).toISOString() %>" title="<%= it.words.time(moment.at) %>"><%= it.words.after(moment.at, it.report.began) %></time><div><strong><%= moment.title %></strong><% if (moment.because) { %><p><%= moment.because %></p><% } %></div></li>
<% } %></ol>
</section>
`,

  traffic: `<section aria-labelledby="traffic">
<h2 id="traffic">Traffic</h2>
<div class="beside">
<figure>
<div id="chart"></div>
<figcaption><i class="key <%= it.report.plan.to %>"></i><%= it.report.plan.to %>, release <%= it.report.plan.release?.version ?? 'none' %><% if (it.report.plan.from) { %> <i class="key <%= it.report.plan.from %>"></i><%= it.report.plan.from %>, release <%= it.report.plan.previous?.version ?? 'unknown' %><% } %></figcaption>
</figure>
<table>
<caption>Percent of the users' requests, as the balancer was read</caption>
<thead><tr><th scope="col">When</th><th scope="col" class="number">blue</th><th scope="col" class="number">green</th></tr></thead>
<tbody>
<% for (const [index, share] of it.report.shares.entries()) { %><tr><th scope="row"><%= it.words.after(share.at, it.report.began) %><% if (index > 0 && index === it.report.shares.length - 1) { %>, the end<% } %></th><% if (share.weights) { %><td class="number"><%= share.weights.blue %> %</td><td class="number"><%= share.weights.green %> %</td><% } else { %><td colspan="2">no slot open</td><% } %></tr>
<% } %></tbody>
</table>
</div>
</section>
`,

  judgements: `<section aria-labelledby="judgements">
<h2 id="judgements">Judgement of each share</h2>
<% if (it.report.judgements.length === 0) { %><p>Nothing was judged in this run.</p><% } %>
<% for (const judgement of it.report.judgements) { %><article>
<h3><%= judgement.percent %> % of the traffic <span class="answer <%= judgement.answer %>"><%= judgement.answer %></span></h3>
<p><%= judgement.because %></p>
<% for (const service of judgement.services) { %><div class="scroll"><table class="metrics">
<caption><b><%= service.name %></b>: <%= it.words.count(service.requests.slot) %> requests in <%= it.report.plan.to %><% if (service.requests.live !== null) { %>, <%= it.words.count(service.requests.live) %> in <%= it.report.plan.from ?? 'the other slot' %><% } %></caption>
<thead><tr><th scope="col">Measure</th><th scope="col" class="number"><%= it.report.plan.to %></th><th scope="col" class="number"><%= it.report.plan.from ?? 'live' %></th><th scope="col" class="drawn"><span class="hidden">Drawn</span></th><th scope="col">Limit</th><th scope="col">Verdict</th></tr></thead>
<tbody>
<% for (const metric of service.metrics) { %><tr><th scope="row"><%= metric.name %></th><td class="number"><%= it.words.value(metric.slot, metric.unit) %></td><td class="number"><%= it.words.value(metric.live, metric.unit) %></td><td class="drawn <%= it.report.plan.to %>"><%~ it.bullet(metric) %></td><td><%= it.words.limit(metric) %></td><td><% if (metric.verdict) { %><span class="answer <%= metric.verdict.answer %>"><%= metric.verdict.answer %></span><% } else { %>not judged<% } %></td></tr>
<% } %></tbody>
</table></div>
<% for (const other of service.others) { %><p><span class="answer <%= other.answer %>"><%= other.answer %></span> <%= service.name %>: <%= other.because %></p>
<% } } %></article>
<% } %><% if (it.report.judgements.length > 0) { %><p class="legend">In each drawing the bar is the judged slot, the short tick the live slot, and the red line where bad begins.</p><% } %>
</section>
`,

  steps: `<section aria-labelledby="steps">
<h2 id="steps">Steps</h2>
<div class="scroll"><table class="steps">
<caption>Every step of the plan, in its order; the bar shows when it ran</caption>
<thead><tr><th scope="col">Step</th><th scope="col">State</th><th scope="col" class="number">Took</th><th scope="col" class="when"><span class="hidden">When</span></th></tr></thead>
<tbody>
<% for (const step of it.report.steps) { %><tr class="<%= step.state.replace(' ', '-') %>"><th scope="row"><%= step.title %><% if (step.kind === 'one-way') { %> <em class="one-way">one-way</em><% if (step.oneWayBecause) { %><small>one-way because <%= step.oneWayBecause %></small><% } } %><% if (step.because) { %><small><%= step.because %></small><% } %><% if (step.undone) { %><small><%= step.undone %></small><% } %></th><td><%= step.state %></td><td class="number"><%= step.state === 'skipped' ? '–' : it.words.took(step.began, step.ended) %></td><td class="when"><% const bar = it.bar(step); if (bar) { %><i style="left:<%= bar.left %>%;width:<%= bar.width %>%"></i><% } %></td></tr>
<% } %></tbody>
</table></div>
</section>
`,

  gates: `<section aria-labelledby="gates">
<h2 id="gates">Gates</h2>
<% if (it.report.gates.length === 0) { %><p>This kind of run asks no gates: going back must not wait for an answer.</p><% } else { %><table>
<caption>Asked before anything was changed</caption>
<thead><tr><th scope="col">Gate</th><th scope="col">Answer</th><th scope="col">Because</th></tr></thead>
<tbody>
<% for (const gate of it.report.gates) { %><tr><th scope="row"><%= gate.title %></th><td><% if (gate.answer) { %><span class="answer <%= gate.answer %>"><%= gate.answer %></span><% } else { %>not asked<% } %></td><td><%= gate.because %><% if (gate.waived) { %><small>waived by <%= gate.waived.by %>: <%= gate.waived.because %></small><% } %></td></tr>
<% } %></tbody>
</table><% } %>
</section>
`,

  evidence: `<section aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
<% for (const step of it.report.steps) { if (step.evidence.length === 0) continue; %><details>
<summary><%= step.title %> <small><%= step.evidence.length %> <%= step.evidence.length === 1 ? 'record' : 'records' %></small></summary>
<% for (const record of step.evidence) { %><p>Event <%= record.sequence %>, <%= record.event %></p>
<pre tabindex="0"><%= JSON.stringify(record.content, null, 2) %></pre>
<% } %></details>
<% } %><details>
<summary>Rules of this run</summary>
<pre tabindex="0"><%= JSON.stringify(it.report.plan.rules, null, 2) %></pre>
</details>
<% if (it.report.plan.input) { %><details>
<summary>Artifacts</summary>
<table>
<caption>What release <%= it.report.plan.input.release.version %> runs</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Digest</th></tr></thead>
<tbody>
<% for (const [service, artifact] of Object.entries(it.report.plan.input.release.artifacts)) { %><tr><th scope="row"><%= service %></th><td><code><%= artifact.digest %></code></td></tr>
<% } %></tbody>
</table>
</details><% } %>
</section>
`,

  journal: `<section aria-labelledby="journal">
<h2 id="journal">Journal</h2>
<% if (it.report.proof.findings.length > 0) { %><p class="cause">This journal is not as it was written:</p>
<ul><% for (const finding of it.report.proof.findings) { %><li>event <%= finding.sequence %>: <%= finding.says %></li><% } %></ul><% } %>
<dl>
<div><dt>Events</dt><dd><%= it.words.count(it.report.events) %>, each with the hash of the one before</dd></div>
<div><dt>Head of the chain</dt><dd><% if (it.report.proof.head) { %>event <%= it.report.proof.head.sequence %><br><code><%= it.report.proof.head.hash %></code><% } else { %>none<% } %></dd></div>
<div><dt>Proven</dt><dd><%= it.report.proof.provenTo === undefined ? 'the tail is not provable: nothing outside the journal vouches for its end' : 'up to event ' + it.report.proof.provenTo + ', by the lease beside the journal' %></dd></div>
<div><dt>Plan</dt><dd><code><%= it.report.planHash %></code></dd></div>
<div><dt>Check it again</dt><dd><code>crossfade audit verify <%= it.report.plan.run %></code></dd></div>
</dl>
</section>
`,
};
