package dev.portcullis.cluster.history;

import java.util.LinkedHashMap;
import java.util.Map;

/** How long clients that lost their connection were without a delivery, since something was done to a node. */
public final class Recoveries {
    private Recoveries() {}

    /**
     * @param since nanoseconds of the history's clock
     * @param until cuts after this had other causes
     */
    public static Spread between(History history, long since, long until) {
        Map<String, Moment> cuts = new LinkedHashMap<>();
        Map<String, Long> took = new LinkedHashMap<>();
        for (Moment each : history.moments()) {
            if (each.at() >= since && each.at() <= until && each.event() instanceof ClientEvent.Cut) {
                cuts.putIfAbsent(each.client(), each);
            } else if (cuts.containsKey(each.client()) && isDelivery(each.event())) {
                took.putIfAbsent(each.client(), each.at() - since);
            }
        }
        return Spread.of(took.values());
    }

    private static boolean isDelivery(ClientEvent event) {
        return event instanceof ClientEvent.Heard || (event instanceof ClientEvent.Joined joined && joined.recovered());
    }
}
