import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Binds a copy of all balances so far every thousand entries, and reads the last volume. */
public class Yearbooks {
    public static void main(String[] args) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        long[] balances = new long[Integer.parseInt(reader.readLine()) + 1];
        List<long[]> volumes = new ArrayList<>();
        for (int day = 1; day < balances.length; day++) {
            balances[day] = balances[day - 1] + Integer.parseInt(reader.readLine());
            if (day % 1000 == 0 || day == balances.length - 1) {
                volumes.add(Arrays.copyOf(balances, day + 1));
            }
        }
        long[] last = volumes.get(volumes.size() - 1);
        System.out.println(last[last.length - 1] + " " + Arrays.stream(last).max().getAsLong());
    }
}
