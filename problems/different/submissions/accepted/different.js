// Number is exact only up to 2^53, so the counts are BigInts.
const [, ...days] = require('node:fs').readFileSync(0, 'utf8').trim().split('\n');
const differences = days.map((line) => {
  const [a, b] = line.split(' ').map(BigInt);
  return a < b ? b - a : a - b;
});
console.log(differences.join('\n'));
