package dev.portcullis.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Whose address counts. {@code X-Forwarded-For} is anybody's claim (CWE-348): each trusted proxy vouches only for the hop
 * it saw, so the list is followed from the right, and ends at the first hop that nobody vouches for.
 */
public final class ClientAddress {
    private final List<Network> trusted;

    public ClientAddress(List<Network> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** @param forwardedFor the header's lines in order; an entry that is no address ends the walk at the hop before it */
    public Address of(Address peer, List<String> forwardedFor) {
        Address known = peer;
        for (String entry : rightmostFirst(forwardedFor)) {
            Optional<Address> claimed = isTrusted(known) ? hop(entry.strip()) : Optional.empty();
            if (claimed.isEmpty()) {
                return known;
            }
            known = claimed.get();
        }
        return known;
    }

    public boolean isTrusted(Address address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
    }

    private static List<String> rightmostFirst(List<String> lines) {
        List<String> entries = new ArrayList<>();
        lines.forEach(line -> entries.addAll(Arrays.asList(line.split(",", -1))));
        Collections.reverse(entries);
        return entries;
    }

    /** An address, also with the port that some proxies add: {@code 192.0.2.1:443}, {@code [2001:db8::1]:443}. */
    private static Optional<Address> hop(String entry) {
        int bracket = entry.indexOf(']');
        if (entry.startsWith("[") && bracket > 0 && isPort(entry.substring(bracket + 1))) {
            return Address.parse(entry.substring(1, bracket)).filter(address -> entry.indexOf(':') < bracket);
        }
        int colon = entry.indexOf(':');
        boolean withPort = colon > 0 && colon == entry.lastIndexOf(':') && isPort(entry.substring(colon));
        return Address.parse(withPort ? entry.substring(0, colon) : entry);
    }

    private static boolean isPort(String rest) {
        return rest.isEmpty() || rest.matches(":[0-9]{1,5}");
    }
}
