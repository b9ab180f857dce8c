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
    private final List<AddressRange> trusted;

    public ClientAddress(List<AddressRange> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** @param forwardedFor the header's lines in order; an entry that is no address ends the walk at the hop before it */
    public IpAddress of(IpAddress peer, List<String> forwardedFor) {
        IpAddress known = peer;
        for (String entry : rightmostFirst(forwardedFor)) {
            Optional<IpAddress> claimed = isTrusted(known) ? hop(entry.strip()) : Optional.empty();
            if (claimed.isEmpty()) {
                return known;
            }
            known = claimed.get();
        }
        return known;
    }

    public boolean isTrusted(IpAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static List<String> rightmostFirst(List<String> lines) {
        List<String> entries = new ArrayList<>();
        lines.forEach(line -> entries.addAll(Arrays.asList(line.split(",", -1))));
        Collections.reverse(entries);
        return entries;
    }

    /** An address, also with the port that some proxies add: {@code 192.0.2.1:443}, {@code [2001:db8::1]:443}. */
    private static Optional<IpAddress> hop(String entry) {
        int bracket = entry.indexOf(']');
        if (entry.startsWith("[") && bracket > 0 && isPort(entry.substring(bracket + 1))) {
            return IpAddress.parse(entry.substring(1, bracket)).filter(address -> entry.indexOf(':') < bracket);
        }
        int colon = entry.indexOf(':');
        boolean withPort = colon > 0 && colon == entry.lastIndexOf(':') && isPort(entry.substring(colon));
        return IpAddress.parse(withPort ? entry.substring(0, colon) : entry);
    }

    private static boolean isPort(String rest) {
        return rest.isEmpty() || rest.matches(":[0-9]{1,5}");
    }
}
