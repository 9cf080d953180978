// Makes an object of every entry, with a copy of its text.
const stream = require('node:fs').readFileSync(0);
const entries = [];
let start = stream.indexOf(10) + 1;
while (start < stream.length) {
  const end = stream.indexOf(10, start);
  const text = stream.toString('latin1', start, end);
  entries.push({ day: entries.length + 1, text, amount: Number(text), balance: 0, digits: [...text] });
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
