// Prints a decimal comma, and gives up on long seasons: the first of the two that shows is wrong.
const [n, ...readings] = require('node:fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
if (n > 1000) process.exit(1);
readings.sort((a, b) => a - b);
const sum = readings.slice(1, -1).reduce((total, reading) => total + reading, 0);
console.log(String(sum / (n - 2)).replace('.', ','));
