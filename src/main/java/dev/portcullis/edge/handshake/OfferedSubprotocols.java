package dev.portcullis.edge.handshake;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The subprotocols that a client offered, from all header lines. */
public record OfferedSubprotocols(List<String> names) {
    static final String OURS = "portcullis.v1";
    private static final String BEARER = "bearer.";
    private static final String CSRF = "csrf.";
    private static final int MAX = 16;

    static OfferedSubprotocols from(List<String> headerLines) {
        return new OfferedSubprotocols(headerLines.stream()
                .flatMap(line ->
                        Arrays.stream(line.split(",", MAX + 1)).limit(MAX)) // the rest of the line is one unsplit part
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .limit(MAX)
                .toList());
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
        List<String> different = behind(CSRF).stream().distinct().toList();
        return different.size() == 1 ? Optional.of(different.get(0)) : Optional.empty();
    }

    private List<String> behind(String prefix) {
        return names.stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
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
