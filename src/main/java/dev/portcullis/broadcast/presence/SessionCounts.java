package dev.portcullis.broadcast.presence;

import java.util.Arrays;

/**
 * The sessions of one user in one room, as pairs of a reporter's number and a count: there are very many of these, and
 * most have one pair.
 */
final class SessionCounts {
    private static final int[] NONE = {};

    private int[] pairs = NONE;

    boolean isEmpty() {
        return pairs.length == 0;
    }

    int total() {
        int total = 0;
        for (int i = 1; i < pairs.length; i += 2) {
            total += pairs[i];
        }
        return total;
    }

    void put(int reporter, int count) {
        int at = 0;
        while (at < pairs.length && pairs[at] != reporter) {
            at += 2;
        }
        if (count > 0) {
            if (at == pairs.length) {
                pairs = Arrays.copyOf(pairs, at + 2);
                pairs[at] = reporter;
            }
            pairs[at + 1] = count;
        } else if (at < pairs.length) {
            pairs[at] = pairs[pairs.length - 2];
            pairs[at + 1] = pairs[pairs.length - 1];
            pairs = Arrays.copyOf(pairs, pairs.length - 2);
        }
    }
}
