/** The leading numbers of a version: `1.1.5+ds1-1+deb12u1` is 1, 1, 5. */
export function parseVersion(text: string): readonly number[] {
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? '0';
  return numbers.split('.').map(Number);
}

export function isOlder(version: string, than: string): boolean {
  const left = parseVersion(version);
  const right = parseVersion(than);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
