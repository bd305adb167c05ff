/** Runs in the reader's browser: draws the traffic, again when size or colours change, and opens everything for print. */
export const script = `
(() => {
  const data = JSON.parse(document.getElementById('traffic-data').textContent);
  const place = document.getElementById('chart');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const elapsed = (seconds) => {
    const rest = Math.floor(seconds);
    const parts = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60];
    const tail = parts.slice(1).map((part) => String(part).padStart(2, '0')).join(':');
    return parts[0] > 0 ? parts[0] + ':' + tail : tail.replace(/^0/, '');
  };
  let plot;
  function draw(width) {
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 }, font: '12px system-ui, sans-serif' };
    const stepped = uPlot.paths.stepped({ align: 1 });
    const area = (name) => ({ stroke: colour('--' + name), fill: colour('--' + name + '-fill'), width: 1, paths: stepped, points: { show: false } });
    if (plot) plot.destroy();
    plot = new uPlot({
      width, height: 240, cursor: { show: false }, legend: { show: false }, padding: [12, 16, 0, 0],
      scales: { x: { time: false }, y: { range: [0, 100] } },
      axes: [
        { ...axis, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400], values: (_, ticks) => ticks.map(elapsed), label: 'minutes and seconds since the beginning', labelFont: '12px system-ui, sans-serif', labelSize: 20 },
        { ...axis, values: (_, ticks) => ticks.map((tick) => tick + ' %'), splits: () => [0, 25, 50, 75, 100], size: 56 },
      ],
      series: [{}, area(data.from), area(data.to)],
    }, [data.seconds, data.whole, data.share], place);
    plot.root.querySelector('canvas').setAttribute('aria-hidden', 'true');
  }
  const fit = () => draw(place.clientWidth);
  fit();
  new ResizeObserver(() => { if (plot.width !== place.clientWidth && place.clientWidth > 0) fit(); }).observe(place);
  dark.addEventListener('change', fit);
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const one of closed) one.open = true;
    draw(640);
  });
  addEventListener('afterprint', () => {
    for (const one of closed) one.open = false;
    fit();
  });
})();
`;
