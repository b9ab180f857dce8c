package dev.portcullis.edge.session;

import dev.portcullis.auth.login.LivenessProbe;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Answers which sessions have sent nothing for some time, and pings them, so that the next probe distinguishes dead
 * from idle.
 */
public final class LivenessResponder {
    private final ConnectionRegistry registry;

    public LivenessResponder(ConnectionRegistry registry) {
        this.registry = registry;
    }

    public Future<LivenessProbe.Reply> answer(LivenessProbe probe) {
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
