package dev.portcullis.auth.login;

import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import java.util.List;

/** Asks an edge instance when the clients of these sessions sent their last frame. */
public record SessionActivity(List<String> sessionIds) {
    /** Goes to the one instance that has the sessions. */
    public static final Question<SessionActivity, Reply> QUESTION =
            new Question<>(Stage.EDGE, "activity", SessionActivity.class, Reply.class, SessionActivity::hashCode);

    /** The times of the sessions that the instance has. */
    public record Reply(List<LastFrame> times) {}

    /** @param idleMs since the last frame, or since the session began */
    public record LastFrame(String sessionId, long idleMs) {}
}
