package dev.portcullis.auth;

import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import java.util.List;

/**
 * Asks an edge instance which of these sessions it has not heard from for {@code silenceMs}. One it does not hold is
 * silent. The edge answers at once from what it knows and pings each silent one, so that asking again a little later
 * tells the dead from the quiet.
 */
public record Probe(List<String> sessionIds, long silenceMs) {
    /** Asked of the one instance that holds the sessions. */
    public static final Question<Probe, Silent> QUESTION =
            new Question<>(Stage.EDGE, "probe", Probe.class, Silent.class, Probe::hashCode);
}
