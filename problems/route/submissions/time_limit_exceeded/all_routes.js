// Tries every route that visits no town twice: on the grid there are more of them than atoms.
const [n, m, ...rest] = require('node:fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
const roads = Array.from({ length: n + 1 }, () => []);
for (let i = 0; i < m; i++) {
  const [a, b, t] = rest.slice(3 * i, 3 * i + 3);
  roads[a].push([b, t]);
  roads[b].push([a, t]);
}

let fastest = Infinity;
let best = [];
const visited = new Set([1]);

function travel(town, time) {
  if (town === n && time < fastest) {
    fastest = time;
    best = [...visited];
  }
  for (const [neighbour, t] of roads[town]) {
    if (visited.has(neighbour)) continue;
    visited.add(neighbour);
    travel(neighbour, time + t);
    visited.delete(neighbour);
  }
}

travel(1, 0);
console.log(fastest === Infinity ? '-1' : `${fastest}\n${best.join(' ')}`);
