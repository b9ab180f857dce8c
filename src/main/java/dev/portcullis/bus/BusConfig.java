package dev.portcullis.bus;

import dev.portcullis.config.Section;

/**
 * @param inFlight questions under way to one stage from one node
 * @param inFlightPerNode questions under way to one other node
 */
public record BusConfig(
        long deadlineMs, int inFlight, int inFlightPerNode, CircuitBreaker.Config breaker, LinkSender.Config link) {
    private static final int IN_FLIGHT_PER_NODE = 2_000;

    /** One that treats other nodes as usual. */
    public BusConfig(long deadlineMs, int inFlight) {
        this(deadlineMs, inFlight, IN_FLIGHT_PER_NODE, CircuitBreaker.Config.STANDARD, LinkSender.Config.STANDARD);
    }

    public static BusConfig read(Section bus) {
        return new BusConfig(
                bus.millis("deadlineMs", 1_000, 100, 2_000, "how long a question to a stage may take"),
                bus.integer(
                        "inFlight",
                        20_000,
                        16,
                        1_000_000,
                        "questions under way to one stage; more are answered unavailable at once"),
                bus.integer(
                        "inFlightPerNode",
                        IN_FLIGHT_PER_NODE,
                        16,
                        1_000_000,
                        "questions under way to one other node; more are asked of another, if there is one"),
                CircuitBreaker.Config.read(bus.section("breaker")),
                LinkSender.Config.read(bus.section("link")));
    }
}
