package dev.portcullis.cluster.history;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long clients that lost their connection were without a delivery. */
public record Recoveries(int clients, Duration median, Duration longest) {
    /**
     * @param since nanoseconds of the history's clock: when something was done to a node
     * @param until cuts after this had other causes
     */
    public static Recoveries between(History history, long since, long until) {
        Map<String, Moment> cuts = new LinkedHashMap<>();
        Map<String, Long> took = new LinkedHashMap<>();
        for (Moment each : history.moments()) {
            if (each.at() >= since && each.at() <= until && each.deed() instanceof Deed.Cut) {
                cuts.putIfAbsent(each.client(), each);
            } else if (cuts.containsKey(each.client()) && isDelivery(each.deed())) {
                took.putIfAbsent(each.client(), each.at() - since);
            }
        }
        return of(took.values());
    }

    private static boolean isDelivery(Deed deed) {
        return deed instanceof Deed.Heard || (deed instanceof Deed.Joined joined && joined.recovered());
    }

    private static Recoveries of(Collection<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Recoveries(0, Duration.ZERO, Duration.ZERO)
                : new Recoveries(
                        sorted.size(),
                        Duration.ofNanos(sorted.get(sorted.size() / 2)),
                        Duration.ofNanos(sorted.get(sorted.size() - 1)));
    }

    @Override
    public String toString() {
        return clients + " clients back after p50 " + median.toMillis() + " ms, max " + longest.toMillis() + " ms";
    }
}
