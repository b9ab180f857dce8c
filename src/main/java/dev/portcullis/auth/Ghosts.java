package dev.portcullis.auth;

import dev.portcullis.auth.Cutoff.Cause;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Finds and ends sessions whose peer is gone without a word, so that they lock nobody out. An edge that can't be asked
 * makes no ghosts: its sessions stay.
 */
final class Ghosts {
    /** An edge answers from memory. Waiting longer would outlast the question that waits for us. */
    private static final long PATIENCE_MS = 500;

    private final Bus bus;
    private final SessionStore store;
    private final Cutoffs cutoffs;
    private final SessionsConfig config;

    Ghosts(Bus bus, SessionStore store, Cutoffs cutoffs, SessionsConfig config) {
        this.bus = bus;
        this.store = store;
        this.cutoffs = cutoffs;
        this.config = config;
    }

    /** Those of the sessions that are silent; each of them has just been pinged. */
    Future<List<Session>> suspectsAmong(List<Session> sessions, long now) {
        return silentFor(
                config.silenceMs(),
                sessions.stream()
                        .filter(session -> now - session.openedAt() >= config.silenceMs()) // may still be on its way
                        .toList());
    }

    /** Ends those that did not answer the ping. The edges hear of it first, or an ended session could go on talking. */
    Future<Void> endDeadAmong(List<Session> suspects) {
        return silentFor(config.silenceMs() + config.probeMs(), suspects)
                .compose(ghosts -> cutoffs.announce(ghosts, Cause.SILENT)
                        .compose(announced -> Future.all(ghosts.stream()
                                .map(ghost -> store.end(ghost.sender().userId(), ghost.id()))
                                .toList())))
                .mapEmpty();
    }

    private Future<List<Session>> silentFor(long silenceMs, List<Session> sessions) {
        List<Future<List<Session>>> answers =
                sessions.stream().collect(Collectors.groupingBy(Session::holder)).entrySet().stream()
                        .map(each -> ask(each.getKey(), each.getValue(), silenceMs))
                        .toList();
        return Future.all(answers)
                .map(all ->
                        all.<List<Session>>list().stream().flatMap(List::stream).toList());
    }

    private Future<List<Session>> ask(Holder holder, List<Session> sessions, long silenceMs) {
        Probe probe = new Probe(sessions.stream().map(Session::id).toList(), silenceMs);
        return bus.askAt(Probe.QUESTION, holder.node(), holder.instance(), probe)
                .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .recover(Ghosts::nobodyIfUnanswered)
                .map(silent -> sessions.stream()
                        .filter(session -> silent.sessionIds().contains(session.id()))
                        .toList());
    }

    private static Future<Silent> nobodyIfUnanswered(Throwable failure) {
        return failure instanceof BusFailure || failure instanceof TimeoutException
                ? Future.succeededFuture(Silent.NOBODY)
                : Future.failedFuture(failure);
    }
}
