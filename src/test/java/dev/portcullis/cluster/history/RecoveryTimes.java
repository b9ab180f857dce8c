package dev.portcullis.cluster.history;

import java.util.LinkedHashMap;
import java.util.Map;

/** Times from a fault to the first delivery, of clients that lost their connection. */
public final class RecoveryTimes {
    private RecoveryTimes() {}

    /**
     * @param since the time of the fault in nanoseconds of the history's clock
     * @param until later disconnects have other causes
     */
    public static Percentiles between(History history, long since, long until) {
        Map<String, Moment> cuts = new LinkedHashMap<>();
        Map<String, Long> took = new LinkedHashMap<>();
        for (Moment each : history.moments()) {
            if (each.at() >= since && each.at() <= until && each.event() instanceof ClientEvent.Disconnected) {
                cuts.putIfAbsent(each.client(), each);
            } else if (cuts.containsKey(each.client()) && isDelivery(each.event())) {
                took.putIfAbsent(each.client(), each.at() - since);
            }
        }
        return Percentiles.of(took.values());
    }

    private static boolean isDelivery(ClientEvent event) {
        return event instanceof ClientEvent.Delivered
                || (event instanceof ClientEvent.Joined joined && joined.recovered());
    }
}
