package dev.portcullis.auth;

import dev.portcullis.auth.Cutoff.Cause;
import dev.portcullis.auth.KnockReply.Probing;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds and ends sessions whose peer is gone without a word, so that they lock nobody out. An edge that can't be asked
 * makes no ghosts; if its node is another one, that node's lease does, looked at early.
 */
final class Ghosts {
    /** An edge answers from memory. Waiting longer would outlast the question that waits for us. */
    static final long PATIENCE_MS = 500;

    private final Bus bus;
    private final SessionStore store;
    private final Cutoffs cutoffs;
    private final SessionsConfig config;
    private final long patienceMs;

    Ghosts(Bus bus, SessionStore store, Cutoffs cutoffs, SessionsConfig config, long patienceMs) {
        this.bus = bus;
        this.store = store;
        this.cutoffs = cutoffs;
        this.config = config;
        this.patienceMs = patienceMs;
    }

    /** Those that may be ghosts, each pinged if that could be, and how long it takes until it shows. */
    Future<Probing> suspectsAmong(List<Session> sessions, long now) {
        return hear(
                        sessions.stream()
                                .filter(session -> hasBegun(session, now) || isElsewhere(session))
                                .toList(),
                        config.silenceMs(),
                        now)
                .map(heard -> new Probing(
                        Stream.concat(heard.silent.stream(), heard.unasked.stream())
                                .toList(),
                        heard.unasked.isEmpty()
                                ? config.probeMs()
                                : Math.max(config.probeMs(), Patience.EARLY.millis())));
    }

    /** Ends those that did not answer the ping, and those of a node that nobody has heard of since. */
    Future<Void> endDeadAmong(List<Session> suspects, long now) {
        return hear(suspects, config.silenceMs() + config.probeMs(), now)
                .compose(heard -> lapsedAmong(heard.unasked)
                        .compose(lapsed -> end(Stream.concat(heard.silent.stream(), lapsed.stream())
                                .toList())));
    }

    /** Its edge must know it by now: one that is younger may be on its way there, and no edge that answers has it. */
    private boolean hasBegun(Session session, long now) {
        return now - session.openedAt() >= config.silenceMs();
    }

    private boolean isElsewhere(Session session) {
        return !session.holder().node().equals(bus.node());
    }

    /** The edges hear of it first, or an ended session could go on talking. */
    private Future<Void> end(List<Session> ghosts) {
        return cutoffs.announce(ghosts, Cause.SILENT)
                .compose(announced -> Future.all(ghosts.stream()
                        .map(ghost -> store.end(ghost.sender().userId(), ghost.id()))
                        .toList()))
                .mapEmpty();
    }

    private Future<List<Session>> lapsedAmong(List<Session> unasked) {
        return unasked.isEmpty()
                ? Future.succeededFuture(unasked)
                : store.deadAmong(unasked, Patience.EARLY).map(dead -> only(dead, unasked));
    }

    private Future<Heard> hear(List<Session> sessions, long silenceMs, long now) {
        List<Future<Heard>> answers =
                sessions.stream().collect(Collectors.groupingBy(Session::holder)).entrySet().stream()
                        .map(each -> ask(each.getKey(), each.getValue(), silenceMs))
                        .toList();
        return Future.all(answers).map(all -> Heard.of(all.list(), session -> hasBegun(session, now)));
    }

    private Future<Heard> ask(Holder holder, List<Session> sessions, long silenceMs) {
        Probe probe = new Probe(sessions.stream().map(Session::id).toList(), silenceMs);
        return bus.askAt(Probe.QUESTION, holder.node(), holder.instance(), probe)
                .timeout(patienceMs, TimeUnit.MILLISECONDS)
                .transform(answer -> answer.succeeded()
                        ? Future.succeededFuture(new Heard(only(answer.result().sessionIds(), sessions), List.of()))
                        : unheard(sessions, answer.cause()));
    }

    /** This node lives, whatever its edge does: waiting for its lease to lapse would be in vain. */
    private Future<Heard> unheard(List<Session> sessions, Throwable why) {
        if (why instanceof BusFailure || why instanceof TimeoutException) {
            return Future.succeededFuture(new Heard(
                    List.of(), sessions.stream().filter(this::isElsewhere).toList()));
        }
        return Future.failedFuture(why);
    }

    private static List<Session> only(Set<String> ids, List<Session> sessions) {
        return sessions.stream().filter(session -> ids.contains(session.id())).toList();
    }

    /** What the holders say of sessions, and those whose holder says nothing. */
    private record Heard(List<Session> silent, List<Session> unasked) {
        static Heard of(List<Heard> all, Predicate<Session> hasBegun) {
            return new Heard(
                    all.stream()
                            .flatMap(each -> each.silent.stream())
                            .filter(hasBegun)
                            .toList(),
                    all.stream().flatMap(each -> each.unasked.stream()).toList());
        }
    }
}
