package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Section;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** The section {@code anomaly.address}. */
public record AddressAnomalyConfig(int ban, Map<AddressEvent, Integer> weights, int tracked) {
    static AddressAnomalyConfig read(Section address) {
        Section weights = address.section("weights");
        Map<AddressEvent, Integer> chosen = new EnumMap<>(AddressEvent.class);
        for (AddressEvent event : AddressEvent.values()) {
            chosen.put(
                    event,
                    weights.integer(
                            event.key(),
                            event.defaultWeight(),
                            0,
                            AnomalyConfig.MAX_SCORE,
                            "by how much this of a client without a session raises the score of its"
                                    + " address; 0: not at all"));
        }
        return new AddressAnomalyConfig(
                address.integer(
                        "ban",
                        100,
                        1,
                        AnomalyConfig.MAX_SCORE,
                        "score from which an address is banned for anomaly.banMs; that refuses only clients that are"
                                + " not authenticated"),
                Collections.unmodifiableMap(chosen),
                address.integer("tracked", 10_000, 1, 1_000_000, "addresses with a score on one node"));
    }

    int weight(AddressEvent event) {
        return weights.getOrDefault(event, 0);
    }
}
