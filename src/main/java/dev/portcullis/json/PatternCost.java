package dev.portcullis.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out whether a matcher that backtracks may need more than linear time for a pattern (CWE-1333). Ours never does, but the
 * schema is published, and clients judge with the matchers of their languages. The time is exponential where a text leads from
 * a position back to it by two ways, and polynomial where one text leads from one loop to itself, to another, and there to
 * itself; the search for the beginning of a match is such a loop too (Weber and Seidl, On the degree of ambiguity of finite
 * automata, 1991).
 */
final class PatternCost {
    /** Loops with bounded counts may cost so many steps for a character. */
    private static final long MAX_FACTOR = 100;

    /** The most steps for texts of one repeated character. */
    private static final double MAX_PATHS = 100_000;

    /** The same limit for names of fields, of which a frame has thousands. Here too a backtracking matcher judges them. */
    private static final double MAX_PATHS_OF_NAMES = 1_000;

    private static final int LONGEST_RUN = 64;
    private static final int MAX_STEPS = 2_000_000;
    private static final String UNLIKELY = "!~ \n\u0001";

    private final Positions positions;
    private final int[] component;
    private int steps;

    private PatternCost(Positions positions) {
        this.positions = positions;
        this.component = components();
    }

    /**
     * @return a text that costs, and how its cost grows; empty if the cost is linear
     * @throws IllegalArgumentException for a pattern that is too large to be checked, in words
     */
    static Optional<String> of(Regex regex) {
        return of(regex, MAX_PATHS);
    }

    /** The cost of a pattern of names. */
    static Optional<String> ofNames(Regex regex) {
        return of(regex, MAX_PATHS_OF_NAMES);
    }

    private static Optional<String> of(Regex regex, double maxPaths) {
        PatternCost cost = new PatternCost(Positions.of(regex));
        return cost.exponential().or(cost::polynomial).or(() -> cost.manyWays(maxPaths));
    }

    private Optional<String> exponential() {
        for (int p = 0; p < positions.size(); p++) {
            for (int q : positions.nextByTwoWays(p)) {
                if (component[p] == component[q] && isLoop(p)) {
                    return Optional.of(costly(cycle(q), p, "doubles with each repetition"));
                }
            }
        }
        for (int p = 0; p < positions.size(); p++) {
            if (isLoop(p)) {
                Optional<String> word = wordByTwoWays(p);
                if (word.isPresent()) {
                    return Optional.of(costly(word.get(), p, "doubles with each repetition"));
                }
            }
        }
        return Optional.empty();
    }

    /** A text that leads from a position back to it by two ways. */
    private Optional<String> wordByTwoWays(int position) {
        Map<List<Integer>, String> seen = new HashMap<>();
        Deque<List<Integer>> open = new ArrayDeque<>();
        List<Integer> start = List.of(position, position, 0);
        seen.put(start, "");
        open.add(start);
        while (!open.isEmpty()) {
            List<Integer> at = open.remove();
            for (int left : within(at.get(0))) {
                for (int right : within(at.get(1))) {
                    count();
                    CodePoints both = positions.set(left).and(positions.set(right));
                    List<Integer> to = List.of(left, right, at.get(2) == 1 || left != right ? 1 : 0);
                    if (!both.isEmpty() && !seen.containsKey(to)) {
                        String word = seen.get(at) + Character.toString(both.example());
                        if (left == position && right == position && to.get(2) == 1) {
                            return Optional.of(word);
                        }
                        seen.put(to, word);
                        open.add(to);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> polynomial() {
        Set<Integer> counted = new HashSet<>();
        boolean unbounded = false;
        String example = "";
        for (int p = 0; p < positions.size(); p++) {
            for (int q = 0; q < positions.size(); q++) {
                if (component[p] == component[q] || !isLoop(p) || !isLoop(q)) {
                    continue;
                }
                Optional<String> word = wordToOther(p, q);
                if (word.isEmpty()) {
                    continue;
                }
                example = costly(word.get(), p, "grows with the square of its length, or faster");
                if (positions.bound(p) == Positions.INFINITE && positions.bound(q) == Positions.INFINITE) {
                    return Optional.of(example);
                }
                unbounded |= positions.bound(p) == Positions.INFINITE;
                for (int each : new int[] {p, q}) {
                    if (positions.bound(each) != Positions.INFINITE) {
                        counted.add(each);
                    }
                }
            }
        }
        Map<Integer, Long> largest = new HashMap<>();
        counted.forEach(p -> largest.merge(component[p], (long) positions.bound(p), Math::max));
        double factor = largest.values().stream().mapToDouble(bound -> bound).reduce(1, (a, b) -> a * b);
        return factor > MAX_FACTOR * (unbounded ? 1 : LONGEST_RUN) ? Optional.of(example) : Optional.empty();
    }

    /** A text that leads from {@code p} to itself, from {@code p} to {@code q}, and from {@code q} to itself. */
    private Optional<String> wordToOther(int p, int q) {
        Map<List<Integer>, String> seen = new HashMap<>();
        Deque<List<Integer>> open = new ArrayDeque<>();
        List<Integer> start = List.of(p, p, q);
        seen.put(start, "");
        open.add(start);
        while (!open.isEmpty()) {
            List<Integer> at = open.remove();
            for (int first : within(at.get(0))) {
                for (int third : within(at.get(2))) {
                    CodePoints outer = positions.set(first).and(positions.set(third));
                    if (outer.isEmpty()) {
                        continue;
                    }
                    for (int second : positions.next(at.get(1))) {
                        count();
                        CodePoints all = outer.and(positions.set(second));
                        List<Integer> to = List.of(first, second, third);
                        if (!all.isEmpty() && !seen.containsKey(to)) {
                            String word = seen.get(at) + Character.toString(all.example());
                            if (first == p && second == q && third == q) {
                                return Optional.of(word);
                            }
                            seen.put(to, word);
                            open.add(to);
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Many optional parts side by side are no loop, but have as many ways. */
    private Optional<String> manyWays(double maxPaths) {
        Set<Integer> examples = new HashSet<>();
        for (int p = 0; p < positions.size(); p++) {
            examples.add(positions.set(p).isEmpty() ? 'a' : positions.set(p).example());
        }
        for (int c : examples) {
            double[] ways = new double[positions.size()];
            for (int p : positions.first()) {
                ways[p] = positions.set(p).has(c) ? 1 : 0;
            }
            double all = Arrays.stream(ways).sum();
            for (int length = 1; length < LONGEST_RUN; length++) {
                double[] longer = new double[ways.length];
                for (int p = 0; p < ways.length; p++) {
                    for (int q : positions.next(p)) {
                        longer[q] += positions.set(q).has(c) ? ways[p] : 0;
                    }
                }
                ways = longer;
                all += Arrays.stream(ways).sum();
            }
            if (all > maxPaths) {
                return Optional.of(shown(Character.toString(c).repeat(4)) + " has very many ways through the pattern");
            }
        }
        return Optional.empty();
    }

    private String costly(String word, int from, String growth) {
        return shown(pathTo(from) + word.repeat(Math.max(2, 4 / word.length()))) + " " + growth;
    }

    /** A text in quotes that goes on with the same, and ends with a character that the pattern refuses. */
    private String shown(String text) {
        int end = UNLIKELY.codePoints()
                .filter(c -> {
                    for (int p = 0; p < positions.size() - 1; p++) { // the last one is the search
                        if (positions.set(p).has(c)) {
                            return false;
                        }
                    }
                    return true;
                })
                .findFirst()
                .orElse('!');
        StringBuilder printable = new StringBuilder();
        (text + "…" + Character.toString(end)).codePoints().forEach(c -> {
            if (c < ' ' || (c >= 0x7f && c != '…')) {
                printable.append(String.format("\\u{%x}", c));
            } else {
                printable.appendCodePoint(c);
            }
        });
        return "\"" + printable + "\"";
    }

    /** A shortest text that leads to a position, without its last character where that is a loop's. */
    private String pathTo(int target) {
        Map<Integer, String> seen = new HashMap<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (int p : positions.first()) {
            seen.put(p, p == positions.size() - 1 ? "" : character(p));
            open.add(p);
        }
        while (!open.isEmpty() && !seen.containsKey(target)) {
            int at = open.remove();
            for (int q : positions.next(at)) {
                if (seen.putIfAbsent(q, seen.get(at) + character(q)) == null) {
                    open.add(q);
                }
            }
        }
        return seen.getOrDefault(target, "");
    }

    private String cycle(int position) {
        return character(position);
    }

    private String character(int position) {
        return positions.set(position).isEmpty()
                ? ""
                : Character.toString(positions.set(position).example());
    }

    private void count() {
        if (++steps > MAX_STEPS) {
            throw new IllegalArgumentException("too many loops to be checked");
        }
    }

    private boolean isLoop(int position) {
        return !within(position).isEmpty();
    }

    /** The positions after this one within the same loop. */
    private List<Integer> within(int position) {
        List<Integer> same = new ArrayList<>();
        for (int q : positions.next(position)) {
            if (component[q] == component[position]) {
                same.add(q);
            }
        }
        return same;
    }

    /** Two positions are in one loop if each is reached from the other. */
    private int[] components() {
        int size = positions.size();
        List<Set<Integer>> reached = new ArrayList<>();
        for (int p = 0; p < size; p++) {
            Set<Integer> all = new HashSet<>();
            Deque<Integer> open = new ArrayDeque<>(positions.next(p));
            while (!open.isEmpty()) {
                int q = open.remove();
                if (all.add(q)) {
                    open.addAll(positions.next(q));
                }
            }
            reached.add(all);
        }
        int[] of = new int[size];
        for (int p = 0; p < size; p++) {
            of[p] = p;
            for (int q = 0; q < p; q++) {
                if (reached.get(p).contains(q) && reached.get(q).contains(p)) {
                    of[p] = of[q];
                    break;
                }
            }
        }
        return of;
    }
}
