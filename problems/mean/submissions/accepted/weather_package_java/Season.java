package weather;

import java.util.Arrays;

/** The readings of one season. */
record Season(double[] readings) {
    Season {
        Arrays.sort(readings);
    }

    /** Mean of the readings without the coldest and the warmest. */
    double mildMean() {
        return Arrays.stream(readings, 1, readings.length - 1).average().orElseThrow();
    }
}
