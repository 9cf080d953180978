/** Programs of each language of the table that every language must judge alike. */
export interface LanguagePrograms {
  /** Reads a count and so many numbers; prints their sum. */
  readonly sum: string;
  readonly broken: string;
  readonly spin: string;
  readonly crash: string;
  /** Allocates and touches memory without end. */
  readonly hog: string;
  /** Allocates and touches 200 MiB at once, then prints ok. */
  readonly fill: string;
  /** Prints `from the other file`, by way of a second file. */
  readonly severalFiles: Readonly<Record<string, string>>;
  /** Recurses 100,000 calls deep and prints the depth. */
  readonly deep?: string;
  /** Recurses without end. */
  readonly endless?: string;
}

const cpp: LanguagePrograms = {
  sum: `#include <bits/stdc++.h>
int main() { int n; std::cin >> n; long s = 0, x; while (n--) { std::cin >> x; s += x; } std::cout << s << '\\n'; }`,
  broken: 'int main() { return 0 }\n',
  spin: 'int main() { volatile int x = 0; for (;;) x = x + 1; }\n',
  crash: '#include <stdexcept>\nint main() { throw std::runtime_error("no"); }\n',
  hog: `#include <cstdlib>
#include <cstring>
int main() { for (;;) { void* p = std::malloc(1 << 20); std::memset(p, 1, 1 << 20); } }`,
  fill: '#include <cstdio>\n#include <vector>\nint main() { std::vector<char> v(200 << 20, 1); std::puts(v[v.size() - 1] ? "ok" : "no"); }\n',
  severalFiles: {
    'main.cpp': '#include "other.h"\nint main() { say(); }\n',
    'other.h': 'void say();\n',
    'other.cpp': '#include <cstdio>\nvoid say() { std::puts("from the other file"); }\n',
  },
  deep: `#include <cstdio>
int depth(volatile int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
int main() { std::printf("%d\\n", depth(100000)); }`,
  endless: `int depth(volatile int n) { return 1 + depth(n + 1); }
int main() { return depth(0); }`,
};

export const PROGRAMS: Readonly<Record<string, LanguagePrograms>> = {
  c: {
    sum: `#include <stdio.h>
int main(void) { int n; long s = 0, x; scanf("%d", &n); while (n--) { scanf("%ld", &x); s += x; } printf("%ld\\n", s); }`,
    broken: 'int main(void) { return 0 }\n',
    spin: 'int main(void) { volatile int x = 0; for (;;) x = x + 1; }\n',
    crash: '#include <stdlib.h>\nint main(void) { abort(); }\n',
    hog: `#include <stdlib.h>
#include <string.h>
int main(void) { for (;;) { void *p = malloc(1 << 20); memset(p, 1, 1 << 20); } }`,
    fill: `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { volatile char *p = malloc(200 << 20); for (int i = 0; i < 200 << 20; i++) p[i] = 1; puts(p[5] ? "ok" : "no"); }`,
    severalFiles: {
      'main.c': '#include "other.h"\nint main(void) { say(); }\n',
      'other.h': 'void say(void);\n',
      'other.c': '#include <stdio.h>\nvoid say(void) { puts("from the other file"); }\n',
    },
    deep: `#include <stdio.h>
int depth(volatile int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
int main(void) { printf("%d\\n", depth(100000)); }`,
    endless: `int depth(volatile int n) { return 1 + depth(n + 1); }
int main(void) { return depth(0); }`,
  },
  cpp17: cpp,
  cpp20: cpp,
  cpp23: cpp,
  python3: {
    sum: 'n = int(input())\nprint(sum(map(int, input().split())))\n',
    broken: 'def f(:\n    pass\n',
    spin: 'while True:\n    pass\n',
    crash: 'print([][1])\n',
    hog: 'held = []\nwhile True:\n    held.append(bytearray(1 << 20))\n',
    fill: 'held = b"x" * (200 << 20)\nprint("ok" if held[-1] else "no")\n',
    severalFiles: {
      'main.py': 'import other\nother.say()\n',
      'other.py': 'def say():\n    print("from the other file")\n',
    },
    deep: `import sys
sys.setrecursionlimit(10**9)
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print(depth(100000))
`,
    endless: 'def f(n):\n    return 1 + f(n + 1)\nf(0)\n',
  },
  java: {
    sum: `import java.util.*;
public class Main { public static void main(String[] a) { Scanner in = new Scanner(System.in); int n = in.nextInt(); long s = 0; while (n-- > 0) s += in.nextLong(); System.out.println(s); } }`,
    broken: 'public class Main { public static void main(String[] a) { int x } }\n',
    spin: 'public class Main { public static void main(String[] a) { long x = 0; while (true) x++; } }\n',
    crash:
      'public class Main { public static void main(String[] a) { System.out.println(a[7]); } }\n',
    hog: `import java.util.*;
public class Main { public static void main(String[] a) { List<byte[]> held = new ArrayList<>(); while (true) { byte[] b = new byte[1 << 20]; Arrays.fill(b, (byte) 1); held.add(b); } } }`,
    fill: `import java.util.*;
public class Main { public static void main(String[] a) { byte[] b = new byte[200 << 20]; Arrays.fill(b, (byte) 1); System.out.println(b[5] == 1 ? "ok" : "no"); } }`,
    severalFiles: {
      'Main.java': 'public class Main { public static void main(String[] a) { Other.say(); } }\n',
      'Other.java':
        'class Other { static void say() { System.out.println("from the other file"); } }\n',
    },
    deep: `public class Main { static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
public static void main(String[] a) { System.out.println(depth(100000)); } }`,
    endless: `public class Main { static int depth(int n) { return 1 + depth(n + 1); }
public static void main(String[] a) { System.out.println(depth(0)); } }`,
  },
  javascript: {
    sum: `const [n, ...rest] = require('fs').readFileSync(0, 'utf8').split(/\\s+/).map(Number);
console.log(rest.slice(0, n).reduce((a, b) => a + b, 0));`,
    broken: 'function f( { return 1; }\n',
    spin: 'for (;;) {}\n',
    crash: 'throw new Error("no");\n',
    hog: 'const held = []; for (;;) held.push(new Array(1000).fill({}).map(() => ({ a: 1 })));\n',
    fill: 'const held = new Uint8Array(200 << 20).fill(1); console.log(held[5] ? "ok" : "no");\n',
    severalFiles: {
      'main.js': "require('./other.js').say();\n",
      'other.js': "exports.say = () => console.log('from the other file');\n",
    },
    deep: 'const depth = (n) => (n === 0 ? 0 : 1 + depth(n - 1)); console.log(depth(100000));\n',
    endless: 'const depth = (n) => 1 + depth(n + 1); depth(0);\n',
  },
  go: {
    sum: `package main
import "fmt"
func main() { var n, s, x int; fmt.Scan(&n); for ; n > 0; n-- { fmt.Scan(&x); s += x }; fmt.Println(s) }
`,
    broken: 'package main\nfunc main() { x := }\n',
    spin: 'package main\nfunc main() { for { } }\n',
    crash: 'package main\nfunc main() { panic("no") }\n',
    hog: `package main
var held [][]byte
func main() { for { b := make([]byte, 1<<20); for i := range b { b[i] = 1 }; held = append(held, b) } }
`,
    fill: `package main
import "fmt"
func main() { b := make([]byte, 200<<20); for i := range b { b[i] = 1 }; if b[5] == 1 { fmt.Println("ok") } }
`,
    severalFiles: {
      'main.go': 'package main\nfunc main() { say() }\n',
      'other.go': 'package main\nimport "fmt"\nfunc say() { fmt.Println("from the other file") }\n',
    },
    deep: `package main
import "fmt"
func depth(n int) int { if n == 0 { return 0 }; return 1 + depth(n-1) }
func main() { fmt.Println(depth(100000)) }
`,
  },
  bash: {
    sum: 'read -r n\nread -r -a numbers\ns=0\nfor x in "${numbers[@]}"; do s=$((s + x)); done\necho "$s"\n',
    broken: 'if true; then\n  echo\n',
    spin: 'while :; do :; done\n',
    crash: 'exit 3\n',
    hog: 'x=$(printf %1000000s); while :; do held+=$x; done\n',
    fill: 'x=$(printf %1000000s); for ((i = 0; i < 100; i++)); do held+=$x; done; echo ok\n',
    severalFiles: {
      'main.sh': '. /box/other.sh\nsay\n',
      'other.sh': 'say() { echo "from the other file"; }\n',
    },
  },
};
