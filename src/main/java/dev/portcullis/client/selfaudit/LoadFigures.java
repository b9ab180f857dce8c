package dev.portcullis.client.selfaudit;

import java.util.Arrays;
import java.util.List;

/**
 * How long the server took under the load of the audit.
 *
 * @param connections how many were open at the same time
 * @param handshakeMs the time of each handshake, shortest first
 * @param pingMs the time of each ping, shortest first
 */
public record LoadFigures(int connections, List<Double> handshakeMs, List<Double> pingMs) {
    public LoadFigures {
        handshakeMs = handshakeMs.stream().sorted().toList();
        pingMs = pingMs.stream().sorted().toList();
    }

    /** @param share of the values that are at most the result, such as 0.99; 0 without values */
    static double quantile(List<Double> sorted, double share) {
        if (sorted.isEmpty()) {
            return 0;
        }
        return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size()) - 1));
    }

    /** How many values are in each of so many equal parts of the time up to the longest. */
    static List<Integer> histogram(List<Double> sorted, int parts) {
        int[] counts = new int[parts];
        double longest = Math.max(quantile(sorted, 1), Double.MIN_NORMAL);
        sorted.forEach(each -> counts[Math.min(parts - 1, (int) (each / longest * parts))]++);
        return Arrays.stream(counts).boxed().toList();
    }
}
