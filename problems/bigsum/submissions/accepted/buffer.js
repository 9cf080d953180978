// Balances stay below 2.5 * 10^15, so that Number is exact.
const bytes = require('node:fs').readFileSync(0);
const [NEWLINE, MINUS, ZERO] = [10, 45, 48];
let balance = 0;
let highest = 0;
for (let i = bytes.indexOf(NEWLINE) + 1; i < bytes.length; i++) {
  const negative = bytes[i] === MINUS;
  if (negative) i++;
  let entry = 0;
  for (; i < bytes.length && bytes[i] !== NEWLINE; i++) entry = 10 * entry + bytes[i] - ZERO;
  balance += negative ? -entry : entry;
  if (balance > highest) highest = balance;
}
console.log(`${balance} ${highest}`);
