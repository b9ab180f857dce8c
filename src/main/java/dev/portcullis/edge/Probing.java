package dev.portcullis.edge;

import dev.portcullis.auth.Probe;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Tells which sessions have not been heard of, and pings them, so that asking again tells the dead from the quiet. */
final class Probing {
    private final Connections connections;

    Probing(Connections connections) {
        this.connections = connections;
    }

    Future<Probe.Reply> answer(Probe probe) {
        long now = System.nanoTime();
        long silence = TimeUnit.MILLISECONDS.toNanos(probe.silenceMs());
        Predicate<Connection> quiet = connection -> connection.socket().silentFor(now) >= silence;
        Set<String> silent = probe.sessionIds().stream()
                .filter(id -> connections.find(id).map(quiet::test).orElse(true))
                .collect(Collectors.toUnmodifiableSet());
        silent.forEach(id ->
                connections.find(id).ifPresent(connection -> connection.socket().ping()));
        return Future.succeededFuture(new Probe.Reply(silent));
    }
}
