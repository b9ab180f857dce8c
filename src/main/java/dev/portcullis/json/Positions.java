package dev.portcullis.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The positions of a regular expression, one for each place where it takes a character, and which follows which: the automaton of
 * Glushkov. A repetition with a variable count is a loop, with its count noted; a fixed count is so many copies. Between two
 * positions there may be several ways, of which a matcher that backtracks tries each.
 */
final class Positions {
    static final int INFINITE = Integer.MAX_VALUE;

    /** Counts beyond it add no loop that fewer copies do not have. */
    private static final int MAX_COPIES = 32;

    private static final int MAX_POSITIONS = 600;
    private static final int MAX_STEPS = 200_000;

    private final List<CodePoints> sets = new ArrayList<>();
    private final List<Integer> bounds = new ArrayList<>();
    private final List<Set<Integer>> next = new ArrayList<>();
    private final List<Set<Integer>> nextByTwoWays = new ArrayList<>();
    private final Set<Integer> first = new HashSet<>();

    private final List<Node> behind = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private int bound = 1;
    private int steps;

    /** A place between characters. */
    private static final class Node {
        final List<Node> ways = new ArrayList<>();
        int position = -1;
        Regex.Place place = Regex.Place.WORD_BOUNDARY;
        /** Whether the text may refuse to go on here. */
        boolean conditional;

        boolean isFinal;
        boolean onPath;
    }

    private Positions() {}

    /** @throws IllegalArgumentException for an expression that is too large, in words */
    static Positions of(Regex regex) {
        Positions positions = new Positions();
        Node end = positions.node();
        end.isFinal = true;
        Node start = positions.build(regex, end);
        Node search = positions.position(CodePoints.ALL, INFINITE, end);
        search.ways.clear();
        positions.follow(start, search);
        return positions;
    }

    int size() {
        return sets.size();
    }

    CodePoints set(int position) {
        return sets.get(position);
    }

    /** How often the loops around a position may run, together. */
    int bound(int position) {
        return bounds.get(position);
    }

    Set<Integer> next(int position) {
        return next.get(position);
    }

    Set<Integer> nextByTwoWays(int position) {
        return nextByTwoWays.get(position);
    }

    /** The positions at which a match may begin, with that of the search for its beginning. */
    Set<Integer> first() {
        return first;
    }

    private Node node() {
        Node node = new Node();
        nodes.add(node);
        return node;
    }

    private Node position(CodePoints set, int bound, Node then) {
        if (sets.size() >= MAX_POSITIONS) {
            throw new IllegalArgumentException("counts that are too large together");
        }
        Node node = node();
        node.position = sets.size();
        sets.add(set);
        bounds.add(bound);
        behind.add(then);
        return node;
    }

    /** Built from the end, so that what follows is known. */
    private Node build(Regex regex, Node then) {
        if (regex instanceof Regex.Chars chars) {
            return position(chars.set(), bound, then);
        }
        if (regex instanceof Regex.Sequence sequence) {
            Node start = then;
            for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                start = build(sequence.parts().get(i), start);
            }
            return start;
        }
        Node start = node();
        if (regex instanceof Regex.Choice choice) {
            choice.branches().forEach(branch -> start.ways.add(build(branch, then)));
        } else if (regex instanceof Regex.Place place) {
            start.place = place;
            start.conditional = true;
            start.ways.add(then);
        } else {
            return repeat((Regex.Repeat) regex, then);
        }
        return start;
    }

    private Node repeat(Regex.Repeat repeat, Node then) {
        boolean loops = hasLoop(repeat.part());
        int min = repeat.min();
        int max = repeat.max();
        boolean optional = max != Regex.UNBOUNDED && max - min == 1 && (!loops || min == 0);
        Node start = then;
        if (optional) {
            Node choice = node();
            choice.ways.add(build(repeat.part(), then));
            choice.ways.add(then);
            start = choice;
        } else if (max == Regex.UNBOUNDED || max > min || (loops && max > 1)) {
            start = loop(repeat, then);
        }
        int copies = loops ? Math.min(min, 1) : Math.min(min, MAX_COPIES);
        for (int i = 0; i < copies; i++) {
            start = build(repeat.part(), start);
        }
        return start;
    }

    private Node loop(Regex.Repeat repeat, Node then) {
        int outer = bound;
        bound = repeat.max() == Regex.UNBOUNDED || outer == INFINITE
                ? INFINITE
                : (int) Math.min((long) outer * repeat.max(), INFINITE - 1);
        Node again = node();
        Node body = build(repeat.part(), again);
        again.ways.add(body);
        again.ways.add(then);
        bound = outer;
        Node enter = node();
        enter.ways.add(body);
        enter.ways.add(then);
        return enter;
    }

    private static boolean hasLoop(Regex regex) {
        if (regex instanceof Regex.Sequence sequence) {
            return sequence.parts().stream().anyMatch(Positions::hasLoop);
        }
        if (regex instanceof Regex.Choice choice) {
            return choice.branches().stream().anyMatch(Positions::hasLoop);
        }
        return regex instanceof Regex.Repeat repeat
                && (repeat.max() == Regex.UNBOUNDED || repeat.max() - repeat.min() > 1 || hasLoop(repeat.part()));
    }

    private void follow(Node start, Node search) {
        List<Boolean> accepting = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            next.add(new HashSet<>());
            nextByTwoWays.add(new HashSet<>());
            accepting.add(walk(behind.get(i), false, i == search.position ? -1 : i));
        }
        for (int i = 0; i < sets.size(); i++) {
            if (accepting.get(i) && i != search.position) { // found: whatever follows is not read
                next.get(i).clear();
                nextByTwoWays.get(i).clear();
            }
        }
        next.get(search.position).clear();
        boolean empty = walk(start, false, search.position);
        next.get(search.position).add(search.position);
        if (empty) {
            next.get(search.position).clear();
        }
        walk(start, true, -1);
        first.add(search.position);
    }

    /**
     * Walks all ways from a node up to the next positions, without coming through a node twice: a matcher ends a loop that took
     * nothing.
     *
     * @param from the position that the ways lead from; -1 for the beginning of the text
     * @return whether the end of the expression is reached, whatever follows in the text
     */
    private boolean walk(Node node, boolean atStart, int from) {
        if (++steps > MAX_STEPS) {
            throw new IllegalArgumentException("too many ways through what may be empty");
        }
        if (node.position >= 0) {
            Set<Integer> into = from < 0 ? first : next.get(from);
            if (!into.add(node.position) && from >= 0) {
                nextByTwoWays.get(from).add(node.position);
            }
            return false;
        }
        if (node.isFinal) {
            return true;
        }
        if (node.onPath || node.place == Regex.Place.END || (node.place == Regex.Place.START && !atStart)) {
            return false;
        }
        node.onPath = true;
        boolean found = false;
        for (Node way : node.ways) {
            found |= walk(way, atStart, from);
        }
        node.onPath = false;
        return found && !node.conditional;
    }
}
