package dev.portcullis.auth.refresh;

import java.util.Optional;

/**
 * The device and address of the last use of a login, so that its user recognises it. Both texts are claims of a client or of
 * its network, for people to read: they decide nothing.
 *
 * @param address of the client; empty if unknown
 * @param agent the client's description of itself, shortened, in printable ASCII; empty if there is none
 */
public record LoginDevice(String address, String agent) {
    public static final LoginDevice UNKNOWN = new LoginDevice("", "");

    /** Bounds the row of an account. Browsers need less. */
    private static final int MAX_AGENT = 160;

    /** An IPv6 address with its zone and its IPv4 part. */
    private static final int MAX_ADDRESS = 64;

    public LoginDevice {
        address = printable(address, MAX_ADDRESS, '!');
        agent = printable(agent, MAX_AGENT, ' ');
    }

    public static LoginDevice of(Optional<String> address, Optional<String> agent) {
        return new LoginDevice(address.orElse(""), agent.orElse(""));
    }

    /** Anything else could reorder the text on a screen, or split the row that keeps it. */
    private static String printable(String text, int most, char lowest) {
        StringBuilder safe = new StringBuilder();
        text.chars()
                .limit(most)
                .map(each -> each >= lowest && each <= '~' ? each : '?')
                .forEach(each -> safe.append((char) each));
        return safe.toString().strip();
    }

    @Override
    public String toString() { // an address is personal data
        return "LoginDevice[…]";
    }
}
