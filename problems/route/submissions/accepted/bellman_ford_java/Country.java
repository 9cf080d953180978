package mail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;

/** Towns and roads, and when the coach can arrive where. */
class Country {
    static final long NEVER = Long.MAX_VALUE;

    private final List<List<Road>> roads = new ArrayList<>();
    private final long[] arrival;
    private final int[] previous;

    Country(int towns) {
        arrival = new long[towns + 1];
        previous = new int[towns + 1];
        for (int town = 0; town <= towns; town++) roads.add(new ArrayList<>());
    }

    void add(Road road) {
        roads.get(road.from()).add(road);
        roads.get(road.to()).add(road.reversed());
    }

    /** Bellman-Ford with a queue of the towns whose arrival has changed. */
    void travelFrom(int start) {
        Arrays.fill(arrival, NEVER);
        arrival[start] = 0;
        boolean[] queued = new boolean[arrival.length];
        LinkedList<Integer> queue = new LinkedList<>(List.of(start));
        while (!queue.isEmpty()) {
            int town = queue.removeFirst();
            queued[town] = false;
            for (Road road : roads.get(town)) {
                long time = arrival[town] + road.minutes();
                if (time >= arrival[road.to()]) continue;
                arrival[road.to()] = time;
                previous[road.to()] = town;
                if (!queued[road.to()]) queue.addLast(road.to());
                queued[road.to()] = true;
            }
        }
    }

    long arrival(int town) {
        return arrival[town];
    }

    List<Integer> routeTo(int town) {
        LinkedList<Integer> towns = new LinkedList<>();
        for (; town != 0; town = previous[town]) towns.addFirst(town);
        return towns;
    }
}
