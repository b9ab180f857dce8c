package dev.portcullis.auth.login;

import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import java.util.List;
import java.util.Set;

/**
 * Asks an edge instance which of these sessions received nothing for {@code suspectAfterMs}. A session that the
 * instance does not have counts as silent. The edge answers at once from memory and pings each silent one, so that a
 * second probe a little later tells the dead from the quiet.
 */
public record LivenessProbe(List<String> sessionIds, long suspectAfterMs) {
    /** Goes to the one instance that has the sessions. */
    public static final Question<LivenessProbe, Reply> QUESTION =
            new Question<>(Stage.EDGE, "probe", LivenessProbe.class, Reply.class, LivenessProbe::hashCode);

    /** The ids of the silent sessions. */
    public record Reply(Set<String> sessionIds) {}
}
