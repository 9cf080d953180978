import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Scanner;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What submissions are like: compiling it is the training run of the compiler's AOT cache. */
public class Training {
    interface Shape {
        double area();
    }

    record Circle(double radius) implements Shape {
        public double area() {
            return Math.PI * radius * radius;
        }
    }

    enum Colour { RED, GREEN }

    static class Edge<T extends Comparable<T>> implements Comparable<Edge<T>> {
        final int to;
        final T weight;

        Edge(int to, T weight) {
            this.to = to;
            this.weight = weight;
        }

        @Override
        public int compareTo(Edge<T> other) {
            return weight.compareTo(other.weight);
        }
    }

    static long power(long base, long exponent, long modulus) {
        long result = 1;
        for (base %= modulus; exponent > 0; exponent >>= 1) {
            if ((exponent & 1) == 1) result = result * base % modulus;
            base = base * base % modulus;
        }
        return result;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        PrintWriter out = new PrintWriter(System.out);
        StringTokenizer tokens = new StringTokenizer("3 1 2");
        List<List<Edge<Long>>> graph = new ArrayList<>();
        for (int i = 0; i < 3; i++) graph.add(new ArrayList<>());
        while (tokens.hasMoreTokens()) {
            graph.get(0).add(new Edge<>(1, Long.parseLong(tokens.nextToken())));
        }
        PriorityQueue<Edge<Long>> queue = new PriorityQueue<>(Comparator.reverseOrder());
        queue.addAll(graph.get(0));
        Map<String, Integer> counts = new HashMap<>();
        for (String word : "a b a".split(" ")) counts.merge(word, 1, Integer::sum);
        TreeMap<Integer, int[]> tree = new TreeMap<>();
        tree.computeIfAbsent(1, key -> new int[4])[0]++;
        IntBinaryOperator add = (a, b) -> a + b;
        int[] numbers = IntStream.range(0, 10).map(x -> add.applyAsInt(x, 1)).toArray();
        Arrays.sort(numbers);
        ArrayDeque<Integer> deque = new ArrayDeque<>(List.of(1, 2, 3));
        Collections.reverse(graph);
        String text = switch (Colour.GREEN) {
            case RED -> "red";
            case GREEN -> "green";
        };
        Object shape = new Circle(1);
        if (shape instanceof Shape known && known.area() > 3) text += String.format("%.2f", known.area());
        out.println(text + power(2, 10, 1000) + deque.peekFirst() + tree.firstKey() + counts);
        out.println(Arrays.stream(numbers).boxed().map(String::valueOf).collect(Collectors.joining(" ")));
        try (Scanner scanner = new Scanner("1 2")) {
            while (scanner.hasNextInt()) out.println(scanner.nextInt());
        } catch (IllegalStateException problem) {
            throw new RuntimeException(problem);
        } finally {
            out.flush();
        }
    }
}
