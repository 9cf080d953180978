// Makes an object of every entry, with a sheet of blank lines for its history.
const stream = require('node:fs').readFileSync(0);
const entries = [];
let start = stream.indexOf(10) + 1;
while (start < stream.length) {
  const end = stream.indexOf(10, start);
  const amount = Number(stream.toString('latin1', start, end));
  entries.push({ amount, balance: 0, history: new Array(500).fill(0) });
  start = end + 1;
}
let balance = 0;
let highest = 0;
for (const entry of entries) {
  balance += entry.amount;
  entry.balance = balance;
  highest = Math.max(highest, balance);
}
console.log(`${balance} ${highest}`);
