package weather;

import java.util.Locale;
import java.util.Scanner;

public class TouristOffice {
    public static void main(String[] args) {
        Scanner scanner = new Scanner(System.in).useLocale(Locale.ROOT);
        double[] readings = new double[scanner.nextInt()];
        for (int i = 0; i < readings.length; i++) readings[i] = scanner.nextDouble();
        System.out.println(new Season(readings).mildMean());
    }
}
