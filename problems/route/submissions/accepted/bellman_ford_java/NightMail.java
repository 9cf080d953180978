package mail;

import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.InputStreamReader;
import java.util.stream.Collectors;

public class NightMail {
    private static final StreamTokenizer INPUT =
            new StreamTokenizer(new InputStreamReader(System.in));

    private static int next() throws IOException {
        INPUT.nextToken();
        return (int) INPUT.nval;
    }

    public static void main(String[] args) throws IOException {
        int n = next();
        int m = next();
        Country country = new Country(n);
        for (int i = 0; i < m; i++) country.add(new Road(next(), next(), next()));
        country.travelFrom(1);
        if (country.arrival(n) == Country.NEVER) {
            System.out.println(-1);
            return;
        }
        System.out.println(country.arrival(n));
        System.out.println(country.routeTo(n).stream().map(String::valueOf)
                .collect(Collectors.joining(" ")));
    }
}
