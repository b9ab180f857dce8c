package dev.portcullis.ratelimit.signature;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds any of many literals in one pass, one table look-up for each character (Aho and Corasick, 1975). */
final class LiteralMatcher {
    private static final int ASCII = 128;
    private static final int[] NONE = {};

    private final int[] columns = new int[ASCII];
    private final int width;
    private final int[] next;
    private final int[][] found;

    /** @param literals of ASCII; a literal is known by its index in the list */
    LiteralMatcher(List<String> literals) {
        int used = 1; // column 0 is every character that occurs in no literal
        for (String literal : literals) {
            for (int i = 0; i < literal.length(); i++) {
                if (columns[literal.charAt(i)] == 0) {
                    columns[literal.charAt(i)] = used++;
                }
            }
        }
        width = used;
        List<int[]> rows = new ArrayList<>();
        List<List<Integer>> ends = new ArrayList<>();
        addState(rows, ends);
        for (int id = 0; id < literals.size(); id++) {
            insert(literals.get(id), id, rows, ends);
        }
        link(rows, ends);
        next = new int[rows.size() * width];
        for (int state = 0; state < rows.size(); state++) {
            for (int column = 0; column < width; column++) {
                int target = rows.get(state)[column];
                next[state * width + column] = ends.get(target).isEmpty() ? target : ~target;
            }
        }
        found = ends.stream()
                .map(ids -> ids.isEmpty()
                        ? NONE
                        : ids.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /** The state after one more character. The first state is 0; in a negative one a literal ends. */
    int step(int state, char c) {
        return next[(state < 0 ? ~state : state) * width + (c < ASCII ? columns[c] : 0)];
    }

    /** The literals that end in this state. */
    int[] found(int state) {
        return state < 0 ? found[~state] : NONE;
    }

    private int addState(List<int[]> rows, List<List<Integer>> ends) {
        int[] row = new int[width];
        Arrays.fill(row, -1);
        rows.add(row);
        ends.add(new ArrayList<>());
        return rows.size() - 1;
    }

    private void insert(String literal, int id, List<int[]> rows, List<List<Integer>> ends) {
        int state = 0;
        for (int i = 0; i < literal.length(); i++) {
            int column = columns[literal.charAt(i)];
            if (rows.get(state)[column] < 0) {
                rows.get(state)[column] = addState(rows, ends);
            }
            state = rows.get(state)[column];
        }
        ends.get(state).add(id);
    }

    /** Breadth first: the state for the longest proper suffix is complete before it is used. */
    private void link(List<int[]> rows, List<List<Integer>> ends) {
        int[] suffixes = new int[rows.size()];
        ArrayDeque<Integer> open = new ArrayDeque<>(List.of(0));
        while (!open.isEmpty()) {
            int state = open.remove();
            int[] row = rows.get(state);
            for (int column = 0; column < width; column++) {
                int fallback = state == 0 ? 0 : rows.get(suffixes[state])[column];
                if (row[column] < 0) {
                    row[column] = fallback;
                } else {
                    suffixes[row[column]] = fallback;
                    ends.get(row[column]).addAll(ends.get(fallback));
                    open.add(row[column]);
                }
            }
        }
    }
}
