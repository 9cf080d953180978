import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Has paper for a million entries. */
public class MillionEntries {
    public static void main(String[] args) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        int n = Integer.parseInt(reader.readLine());
        int[] entries = new int[1_000_000];
        for (int i = 0; i < n; i++) entries[i] = Integer.parseInt(reader.readLine());
        long balance = 0;
        long highest = 0;
        for (int entry : entries) {
            balance += entry;
            highest = Math.max(highest, balance);
        }
        System.out.println(balance + " " + highest);
    }
}
