// Number has 53 bits: passes the sample and fails on the extremes.
const [, ...days] = require('node:fs').readFileSync(0, 'utf8').trim().split('\n');
const differences = days.map((line) => {
  const [a, b] = line.split(' ').map(Number);
  return Math.abs(a - b);
});
console.log(differences.join('\n'));
