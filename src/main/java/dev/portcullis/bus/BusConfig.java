package dev.portcullis.bus;

import dev.portcullis.config.Section;
import dev.portcullis.resilience.CircuitBreaker;

public record BusConfig(
        long deadlineMs,
        int inFlight,
        int inFlightPerNode,
        CircuitBreaker.Config breaker,
        LinkSender.Config link,
        long overdueMs) {
    /** The longest deadline that can be configured, within which each question must be answered. */
    static final long MAX_DEADLINE_MS = 2_000;

    /**
     * How long a question to another node may wait while nothing comes from it, before other nodes are asked until it answers
     * again.
     */
    static final long OVERDUE_MS = 400;

    /** Unanswered questions to one other node; more go to another node, if there is one. */
    private static final int IN_FLIGHT_PER_NODE = 2_000;

    /** Uses the defaults for everything that concerns other nodes. */
    public BusConfig(long deadlineMs, int inFlight) {
        this(
                deadlineMs,
                inFlight,
                IN_FLIGHT_PER_NODE,
                CircuitBreaker.Config.STANDARD,
                LinkSender.Config.STANDARD,
                OVERDUE_MS);
    }

    public static BusConfig read(Section bus, CircuitBreaker.Config breaker) {
        return new BusConfig(
                bus.millis("deadlineMs", 1_000, 100, MAX_DEADLINE_MS, "how long a question to a stage may take"),
                bus.integer(
                        "inFlight",
                        20_000,
                        16,
                        1_000_000,
                        "unanswered questions to one stage; more are answered unavailable at once"),
                IN_FLIGHT_PER_NODE,
                breaker,
                LinkSender.Config.read(bus.section("link")),
                OVERDUE_MS);
    }
}
