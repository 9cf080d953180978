import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.StringTokenizer;

public class SandCount {
    public static void main(String[] args) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        int days = Integer.parseInt(reader.readLine().trim());
        StringBuilder differences = new StringBuilder();
        for (int day = 0; day < days; day++) {
            StringTokenizer counts = new StringTokenizer(reader.readLine());
            long a = Long.parseLong(counts.nextToken());
            long b = Long.parseLong(counts.nextToken());
            differences.append(Math.abs(a - b)).append('\n');
        }
        System.out.print(differences);
    }
}
