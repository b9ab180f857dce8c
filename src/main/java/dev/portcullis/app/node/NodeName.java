package dev.portcullis.app.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.stream.Collectors;

/** What a node is called, in its log and on the bus: its host, and letters that no other node of that host has. */
final class NodeName {
    private static final int LONGEST_HOST = 63;
    private static final int LETTERS = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private NodeName() {}

    static String next() {
        return on(host());
    }

    /** A host may be called anything, and a name stands in addresses and in each line of the log. */
    static String on(String host) {
        String known = host.replaceAll("[^A-Za-z0-9.-]+", "-");
        String letters = RANDOM.ints(LETTERS, 0, Character.MAX_RADIX)
                .mapToObj(digit -> Character.toString(Character.forDigit(digit, Character.MAX_RADIX)))
                .collect(Collectors.joining());
        return known.substring(0, Math.min(known.length(), LONGEST_HOST)) + "-" + letters;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "node";
        }
    }
}
