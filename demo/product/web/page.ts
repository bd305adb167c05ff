import { identity } from '../identity.js';

/** A page of its own: it loads nothing but itself, and shows by which slot each of its own requests is answered. */
export function page(shop: string): string {
  const { version, colour } = identity;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(shop)}</title>
<style>
  body { font: 18px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 2rem; max-width: 44rem; color: #1a1f2b; background: #fbfbf9; }
  strong { color: ${colour === 'green' ? '#1c7a43' : '#1f56b5'}; }
  #answers { display: flex; flex-wrap: wrap; gap: 3px; min-height: 6rem; align-content: flex-start; }
  #answers i { width: 14px; height: 14px; border-radius: 3px; background: #c0392b; }
  #answers i.blue { background: #2f6fde; }
  #answers i.green { background: #2ea35f; }
  button { font: inherit; padding: .4rem 1rem; }
</style>
</head>
<body>
<h1>${escaped(shop)}</h1>
<p>This page was made by release <strong>${escaped(version)}</strong> in the <strong>${escaped(colour)}</strong> slot.</p>
<p><button id="order">Order a cup of tea</button> <span id="said" role="status"></span></p>
<h2>Who answered lately</h2>
<p>One square for each request of this page: blue or green for the slot, red for a failure.</p>
<div id="answers" aria-hidden="true"></div>
<script>
  const answers = document.getElementById('answers');
  function show(colour, version) {
    const square = document.createElement('i');
    square.className = colour || '';
    square.title = version || 'failed';
    answers.append(square);
    while (answers.children.length > 240) answers.firstChild.remove();
  }
  setInterval(() => fetch('/').then(
    (response) => show(response.ok && response.headers.get('x-colour'), response.headers.get('x-version')),
    () => show(),
  ), 250);
  document.getElementById('order').addEventListener('click', async () => {
    const response = await fetch('/api/orders', { method: 'POST', body: JSON.stringify({ customer: 7, item: 'tea' }) });
    const by = response.headers.get('x-version') + ' in ' + response.headers.get('x-colour');
    document.getElementById('said').textContent = response.ok ? 'Order ' + (await response.json()).id + ', taken by ' + by : 'That failed';
  });
</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
