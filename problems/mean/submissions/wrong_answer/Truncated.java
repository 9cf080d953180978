import java.util.Locale;
import java.util.Scanner;

/** Two digits after the point are too few. */
public class Truncated {
    public static void main(String[] args) {
        Scanner scanner = new Scanner(System.in).useLocale(Locale.ROOT);
        int n = scanner.nextInt();
        double sum = 0;
        double coldest = Double.MAX_VALUE;
        double warmest = -Double.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            double reading = scanner.nextDouble();
            sum += reading;
            coldest = Math.min(coldest, reading);
            warmest = Math.max(warmest, reading);
        }
        System.out.printf(Locale.ROOT, "%.2f%n", (sum - coldest - warmest) / (n - 2));
    }
}
