import type { Verdict } from '../judging/verdict.js';
import type { HostileCase } from './hostile-case.js';

type Sketch = readonly [language: string, verdict: Verdict, text: string];

const SKETCHES: readonly Sketch[] = [
  ['c', 'AC', '#include <stdio.h>\nint main(void) { puts("done"); return 0; }\n'],
  ['c', 'WA', '#include <stdio.h>\nint main(void) { puts("almost"); return 0; }\n'],
  ['c', 'RTE', 'int main(void) { return 3; }\n'],
  ['c', 'CE', 'int main(void) { return }\n'],
  ['cpp20', 'AC', '#include <bits/stdc++.h>\nint main() { std::cout << "done\\n"; }\n'],
  ['python3', 'AC', 'print("done")\n'],
  ['python3', 'RTE', 'raise ValueError("odd")\n'],
  ['javascript', 'AC', 'console.log("done");\n'],
  ['bash', 'AC', 'echo done\n'],
  ['go', 'AC', 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("done") }\n'],
  [
    'java',
    'AC',
    'public class Main { public static void main(String[] a) { System.out.println("done"); } }\n',
  ],
];

/** What honest contestants submit: each has exactly one right verdict. */
export const WELL_BEHAVED: readonly HostileCase[] = SKETCHES.map(([language, verdict, text]) => ({
  number: 0,
  title: `an honest program that is ${verdict}`,
  language,
  source: { text },
  expected: [verdict],
  limits: { cpuTimeMs: 3000, compilationCpuTimeMs: 30_000 },
}));
