import struct
import sys

# A result frame of the supervisor with nonce 0 that says all went well, and Docker's stream headers.
result = struct.pack(
    ">16sIBIQQQQQBQQI", bytes(16), 0, 0, 0, 1, 1, 1, 5, 0, 0, 1, 0, 0
)
frame = b"R" + struct.pack(">I", len(result)) + result
out = sys.stdout.buffer
out.write(frame)
out.write(b"\1\0\0\0" + struct.pack(">I", len(frame)) + frame)
out.write(b"\2\0\0\0\0\0\0\1x" + b"X" + struct.pack(">I", 4) + b"fail")
out.write(b"\0\0\0\0\xff\xff\xff\xff" * 64)
out.write(b"H\0\0\0\1\1S\0\0\0\0O\0\0\0\5done\n" + frame)
