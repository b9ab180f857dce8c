package dev.portcullis.edge.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The subprotocols that a client offered, from all header lines. */
public record OfferedSubprotocols(List<String> names) {
    static final String OURS = "portcullis.v1";
    private static final String BEARER = "bearer.";
    private static final String CSRF = "csrf.";
    private static final int MAX = 16;

    static OfferedSubprotocols from(List<String> headerLines) {
        List<String> names = new ArrayList<>();
        for (String line : headerLines) {
            String[] parts = line.split(",", MAX + 1);
            for (int i = 0; i < Math.min(parts.length, MAX); i++) { // the rest of the line is one unsplit part
                String name = parts[i].strip();
                if (!name.isEmpty() && names.size() < MAX) {
                    names.add(name);
                }
            }
        }
        return new OfferedSubprotocols(names);
    }

    @Override
    public String toString() {
        return "Offered[" + names.size() + "]"; // a token in a log gives its readers a session (CWE-532)
    }

    List<String> tokens() {
        return behind(BEARER);
    }

    /** Empty also for two different ones: a page has one. */
    Optional<String> csrfToken() {
        Set<String> different = Set.copyOf(behind(CSRF));
        return different.size() == 1 ? Optional.of(different.iterator().next()) : Optional.empty();
    }

    private List<String> behind(String prefix) {
        List<String> found = new ArrayList<>(1);
        for (String name : names) {
            if (name.startsWith(prefix)) {
                found.add(name.substring(prefix.length()));
            }
        }
        return found;
    }

    /**
     * A browser fails a connection if none of its offers is echoed. The token is echoed only if no other offer is
     * known, a CSRF token never.
     */
    public Optional<String> echo() {
        return names.contains(OURS)
                ? Optional.of(OURS)
                : names.stream().filter(name -> name.startsWith(BEARER)).findFirst();
    }
}
