// An object in a template string is not its text.
const whom = { name: 'stars' };
console.log(`Good evening, ${whom}!`);
