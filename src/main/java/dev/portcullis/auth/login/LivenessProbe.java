package dev.portcullis.auth.login;

import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import java.util.List;
import java.util.Set;

/**
 * Asks an edge instance which of these sessions it has not heard from for {@code silenceMs}. One it does not hold is
 * silent. The edge answers at once from what it knows and pings each silent one, so that asking again a little later
 * tells the dead from the quiet.
 */
public record LivenessProbe(List<String> sessionIds, long suspectAfterMs) {
    /** Asked of the one instance that holds the sessions. */
    public static final Question<LivenessProbe, Reply> QUESTION =
            new Question<>(Stage.EDGE, "probe", LivenessProbe.class, Reply.class, LivenessProbe::hashCode);

    /** Those of the sessions that are silent. */
    public record Reply(Set<String> sessionIds) {}
}
