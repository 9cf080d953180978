import java.io.IOException;

public class Ledger {
    public static void main(String[] args) throws IOException {
        EntryReader entries = new EntryReader(System.in);
        long balance = 0;
        long highest = 0;
        for (int n = entries.next(); n > 0; n--) {
            balance += entries.next();
            highest = Math.max(highest, balance);
        }
        System.out.println(balance + " " + highest);
    }
}
