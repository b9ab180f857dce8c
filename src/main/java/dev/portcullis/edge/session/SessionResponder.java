package dev.portcullis.edge.session;

import dev.portcullis.auth.login.LivenessProbe;
import dev.portcullis.auth.login.SessionActivity;
import dev.portcullis.auth.login.SessionActivity.LastFrame;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Answers what {@code auth} asks about the sessions of an event loop. */
public record SessionResponder(ConnectionRegistry registry) {
    public Future<SessionActivity.Reply> activity(SessionActivity question) {
        List<LastFrame> times = question.sessionIds().stream()
                .flatMap(
                        id -> registry.find(id).stream().map(connection -> new LastFrame(id, connection.frameIdleMs())))
                .toList();
        return Future.succeededFuture(new SessionActivity.Reply(times));
    }

    /** The sessions that have sent nothing for some time. Pings them, so that the next probe distinguishes dead from idle. */
    public Future<LivenessProbe.Reply> liveness(LivenessProbe probe) {
        long now = System.nanoTime();
        long silence = TimeUnit.MILLISECONDS.toNanos(probe.suspectAfterMs());
        Predicate<Connection> quiet = connection -> connection.transport().silentFor(now) >= silence;
        Set<String> silent = probe.sessionIds().stream()
                .filter(id -> registry.find(id).map(quiet::test).orElse(true))
                .collect(Collectors.toUnmodifiableSet());
        silent.forEach(id ->
                registry.find(id).ifPresent(connection -> connection.transport().ping()));
        return Future.succeededFuture(new LivenessProbe.Reply(silent));
    }
}
