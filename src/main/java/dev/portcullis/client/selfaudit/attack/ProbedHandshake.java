package dev.portcullis.client.selfaudit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A handshake, of which a probe changes one thing.
 *
 * @param origin the Origin to present
 * @param token the token to offer as a subprotocol
 * @param query is added to the path
 * @param lines further header lines
 * @param edit changes the finished text
 */
public record ProbedHandshake(
        Optional<String> origin,
        Optional<String> token,
        Optional<String> query,
        List<String> lines,
        UnaryOperator<String> edit) {
    static final String SUBPROTOCOL = "portcullis.v1";

    public ProbedHandshake {
        lines = List.copyOf(lines);
    }

    static ProbedHandshake of(Optional<String> origin) {
        return new ProbedHandshake(origin, Optional.empty(), Optional.empty(), List.of(), UnaryOperator.identity());
    }

    public ProbedHandshake withOrigin(String other) {
        return new ProbedHandshake(Optional.of(other), token, query, lines, edit);
    }

    public ProbedHandshake withoutOrigin() {
        return new ProbedHandshake(Optional.empty(), token, query, lines, edit);
    }

    public ProbedHandshake withToken(String other) {
        return new ProbedHandshake(origin, Optional.of(other), query, lines, edit);
    }

    public ProbedHandshake withQuery(String other) {
        return new ProbedHandshake(origin, token, Optional.of(other), lines, edit);
    }

    /** @param line a header line without its end */
    public ProbedHandshake plus(String line) {
        List<String> more = new ArrayList<>(lines);
        more.add(line);
        return new ProbedHandshake(origin, token, query, more, edit);
    }

    /** Replaces the first place of a text in the finished request. */
    public ProbedHandshake replacing(String part, String other) {
        return new ProbedHandshake(origin, token, query, lines, text -> {
            int at = text.indexOf(part);
            return at < 0 ? text : text.substring(0, at) + other + text.substring(at + part.length());
        });
    }
}
