import java.io.IOException;
import java.io.InputStream;

/** Reads integers from a stream, a block at a time. */
final class EntryReader {
    private final InputStream stream;
    private final byte[] block = new byte[1 << 16];
    private int length;
    private int position;

    EntryReader(InputStream stream) {
        this.stream = stream;
    }

    private int nextByte() throws IOException {
        if (position == length) {
            length = Math.max(0, stream.read(block));
            position = 0;
        }
        return length == 0 ? -1 : block[position++];
    }

    int next() throws IOException {
        int c = nextByte();
        while (c == ' ' || c == '\n') c = nextByte();
        boolean negative = c == '-';
        if (negative) c = nextByte();
        int value = 0;
        for (; c >= '0' && c <= '9'; c = nextByte()) value = 10 * value + (c - '0');
        return negative ? -value : value;
    }
}
