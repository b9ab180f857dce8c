package dev.portcullis.admin;

import dev.portcullis.config.Section;

/** The section {@code admin.messages}: bounds for what the application's server publishes through this node. */
public record ServerCallsConfig(int perSecond, int inFlight, int undelivered, long bodyBytes) {
    static final int LONGEST_LIST = 100;
    static final ServerCallsConfig STANDARD = new ServerCallsConfig(5_000, 2_000, 100, 16L << 20);

    static ServerCallsConfig read(Section messages) {
        return new ServerCallsConfig(
                messages.integer(
                        "perSecond",
                        STANDARD.perSecond,
                        LONGEST_LIST,
                        1_000_000,
                        "messages of the application's server that this node takes in a second; more get 429"),
                messages.integer(
                        "inFlight",
                        STANDARD.inFlight,
                        LONGEST_LIST,
                        1_000_000,
                        "messages of the application's server that wait for the store at a time; more get 429"),
                messages.integer(
                        "undelivered",
                        STANDARD.undelivered,
                        1,
                        10_000,
                        "messages of the application's server that may wait for a user who has not acknowledged them; the next"
                                + " one is restricted"),
                messages.number(
                        "bodyBytes",
                        STANDARD.bodyBytes,
                        4L << 20,
                        1L << 30,
                        "memory for calls with messages that are being received; beyond, a call gets 503"));
    }
}
