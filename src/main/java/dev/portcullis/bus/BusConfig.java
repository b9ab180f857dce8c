package dev.portcullis.bus;

import dev.portcullis.config.Section;

/** @param inFlight questions under way to one stage from one node */
public record BusConfig(long deadlineMs, int inFlight) {
    public static BusConfig read(Section bus) {
        return new BusConfig(
                bus.millis("deadlineMs", 1_000, 100, 2_000, "how long a question to a stage may take"),
                bus.integer(
                        "inFlight",
                        20_000,
                        16,
                        1_000_000,
                        "questions under way to one stage; more are answered unavailable at once"));
    }
}
