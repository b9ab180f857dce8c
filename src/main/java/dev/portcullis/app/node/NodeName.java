package dev.portcullis.app.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.stream.Collectors;

/** The name of a node in its log and on the bus: its host, and random letters that tell nodes of one host apart. */
public final class NodeName {
    private static final int MAX_HOST_LENGTH = 63;
    private static final int LETTERS = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private NodeName() {}

    static String next() {
        return on(host());
    }

    /**
     * Replaces unusual characters: a host may have any name, and the name of a node is part of addresses and log lines.
     */
    static String on(String host) {
        String safe = host.replaceAll("[^A-Za-z0-9.-]+", "-");
        String letters = RANDOM.ints(LETTERS, 0, Character.MAX_RADIX)
                .mapToObj(digit -> Character.toString(Character.forDigit(digit, Character.MAX_RADIX)))
                .collect(Collectors.joining());
        return safe.substring(0, Math.min(safe.length(), MAX_HOST_LENGTH)) + "-" + letters;
    }

    /** The name of this machine, which differs from that of no node but those on it. */
    public static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "node";
        }
    }
}
