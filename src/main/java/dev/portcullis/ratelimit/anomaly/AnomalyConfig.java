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
        Addresses address,
        Signatures signatures) {
    static final int MAX_SCORE = 1_000_000;

    /** The section {@code anomaly.address}. */
    public record Addresses(int ban, Map<AddressEvent, Integer> weights, int tracked) {
        static Addresses read(Section address) {
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
            return new Addresses(
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

    /** The section {@code anomaly.signatures}. */
    public record Signatures(Mode content, Mode fields, Mode requests) {

        /** The reaction to a signature. */
        public enum Mode {
            OFF,
            /** It is counted and logged. */
            OBSERVE,
            /** It raises the score, too. */
            SCORE
        }

        static Signatures read(Section signatures) {
            return new Signatures(
                    signatures.choice(
                            "content",
                            Mode.OBSERVE,
                            "signatures of attacks in the text of messages: off, observe (count and log) or score"),
                    signatures.choice(
                            "fields",
                            Mode.SCORE,
                            "the same for all other free text of frames, such as the names of files and reasons"),
                    signatures.choice(
                            "requests",
                            Mode.SCORE,
                            "the same for targets and headers of refused requests; score counts for the address"));
        }
    }

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
                Addresses.read(anomaly.section("address")),
                Signatures.read(anomaly.section("signatures")));
        if (config.disconnect < config.restrict) {
            anomaly.problem("disconnect", "is below restrict", "a session is restricted before it is closed");
        }
        return config;
    }

    int weight(AnomalyEvent event) {
        return weights.getOrDefault(event, 0);
    }
}
