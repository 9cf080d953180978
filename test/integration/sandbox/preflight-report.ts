/** Prints what the preflight of native containers finds, to a user if one is given. For `native-preflight.test.ts`. */
import { preflight } from '../../../src/sandbox/native/preflight.js';

const [user] = process.argv.slice(2);
if (user !== undefined) process.setuid?.(Number(user));
console.log(JSON.stringify(preflight()));
