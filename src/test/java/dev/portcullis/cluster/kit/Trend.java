package dev.portcullis.cluster.kit;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Whether a quantity that was sampled over a long run still grows at its end. Its first third is left out: there caches fill and
 * code is compiled. Of each other third only the median counts, so that no single sample decides.
 */
public record Trend(long middle, long last) {
    private static final double MOST = 1.1;

    /** @param samples in the order of time, at least three */
    public static Trend of(LongStream samples) {
        List<Long> all = samples.boxed().toList();
        int third = all.size() / 3;
        return new Trend(
                median(all.subList(all.size() - 2 * third, all.size() - third)),
                median(all.subList(all.size() - third, all.size())));
    }

    /** @param noise by how much the medians of what does not grow may differ, beside a tenth */
    public boolean isFlat(long noise) {
        return last <= middle * MOST + noise;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
