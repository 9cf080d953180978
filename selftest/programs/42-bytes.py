import sys

WAYS = {
    "nul": b"hello\0junk\n",
    "all": bytes(range(256)),
    "only-nul": b"\0" * 1000,
    "invalid": b"hello \xff\xfe\x80 \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80\n",
    "bom": b"\xef\xbb\xbfhello\n",
    "separators": "hello\u2028\u2029\u0085\n".encode(),
    "ansi": b"\x1b[2J\x1b]0;title\x07hello\x1b[31m\n",
    "override": "\u202eolleh\u202c\n".encode(),
    "crlf": b"hello\r\n",
}
sys.stdout.buffer.write(WAYS[input()])
