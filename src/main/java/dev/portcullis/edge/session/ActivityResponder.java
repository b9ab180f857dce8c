package dev.portcullis.edge.session;

import dev.portcullis.auth.login.SessionActivity;
import dev.portcullis.auth.login.SessionActivity.LastFrame;
import dev.portcullis.edge.connection.ConnectionRegistry;
import io.vertx.core.Future;
import java.util.List;

/** Answers when clients sent their last frame. */
public final class ActivityResponder {
    private final ConnectionRegistry registry;

    public ActivityResponder(ConnectionRegistry registry) {
        this.registry = registry;
    }

    public Future<SessionActivity.Reply> answer(SessionActivity question) {
        List<LastFrame> times = question.sessionIds().stream()
                .flatMap(
                        id -> registry.find(id).stream().map(connection -> new LastFrame(id, connection.frameIdleMs())))
                .toList();
        return Future.succeededFuture(new SessionActivity.Reply(times));
    }
}
