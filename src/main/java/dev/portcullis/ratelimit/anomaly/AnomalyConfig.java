package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Section;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** The section {@code anomaly}. */
public record AnomalyConfig(
        long halfLifeMs,
        Map<AnomalyEvent, Integer> weights,
        int restrict,
        int disconnect,
        long banMs,
        int trackedUsers,
        AddressAnomalyConfig address,
        SignatureConfig signatures) {
    static final int MAX_SCORE = 1_000_000;

    public static AnomalyConfig read(Section anomaly) {
        Section weights = anomaly.section("weights");
        Map<AnomalyEvent, Integer> chosen = new EnumMap<>(AnomalyEvent.class);
        for (AnomalyEvent event : AnomalyEvent.values()) {
            chosen.put(
                    event,
                    weights.integer(
                            event.key(),
                            event.defaultWeight(),
                            0,
                            MAX_SCORE,
                            "by how much this raises the score of a session; 0: not at all"));
        }
        AnomalyConfig config = new AnomalyConfig(
                anomaly.millis("halfLifeMs", 300_000, 1_000, 86_400_000, "time in which a score halves"),
                Collections.unmodifiableMap(chosen),
                anomaly.integer(
                        "restrict", 50, 1, MAX_SCORE, "score from which only ping, leave and token_refresh pass"),
                anomaly.integer(
                        "disconnect",
                        100,
                        1,
                        MAX_SCORE,
                        "score from which the connection is closed and its user banned"),
                anomaly.millis(
                        "banMs",
                        900_000,
                        1_000,
                        2_592_000_000L,
                        "how long a user or an address is banned by its score"),
                anomaly.integer(
                        "trackedUsers",
                        10_000,
                        1,
                        1_000_000,
                        "users whose score a node keeps when their sessions end, for those that come after"),
                AddressAnomalyConfig.read(anomaly.section("address")),
                SignatureConfig.read(anomaly.section("signatures")));
        if (config.disconnect < config.restrict) {
            anomaly.problem("disconnect", "is below restrict", "a session is restricted before it is closed");
        }
        return config;
    }

    int weight(AnomalyEvent event) {
        return weights.getOrDefault(event, 0);
    }
}
