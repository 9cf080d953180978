const [first, ...lines] = require('node:fs').readFileSync(0, 'utf8').trimEnd().split('\n');
const [width] = first.split(' ').map(Number);
const frame = `+${'-'.repeat(width)}+`;
console.log(frame);
for (const text of lines) {
  const left = ' '.repeat(Math.floor((width - text.length) / 2));
  console.log(`|${(left + text).padEnd(width)}|`);
}
console.log(frame);
