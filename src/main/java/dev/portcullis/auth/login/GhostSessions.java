package dev.portcullis.auth.login;

import dev.portcullis.auth.login.OpenSessionReply.RetryAfterProbe;
import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.auth.revocation.CutoffPublisher;
import dev.portcullis.auth.session.LeaseTimeout;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
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
public final class GhostSessions {
    /** An edge answers from memory. Waiting longer would outlast the question that waits for us. */
    public static final long ANSWER_TIMEOUT_MS = 500;

    private final Bus bus;
    private final SessionStore store;
    private final CutoffPublisher publisher;
    private final SessionsConfig config;
    private final long patienceMs;

    public GhostSessions(
            Bus bus, SessionStore store, CutoffPublisher publisher, SessionsConfig config, long patienceMs) {
        this.bus = bus;
        this.store = store;
        this.publisher = publisher;
        this.config = config;
        this.patienceMs = patienceMs;
    }

    /** Those that may be ghosts, each pinged if that could be, and how long it takes until it shows. */
    Future<RetryAfterProbe> suspectsAmong(List<Session> sessions, long now) {
        return probe(
                        sessions.stream()
                                .filter(session -> hasBegun(session, now) || isElsewhere(session))
                                .toList(),
                        config.suspectAfterMs(),
                        now)
                .map(probeResults -> new RetryAfterProbe(
                        Stream.concat(probeResults.silent.stream(), probeResults.unasked.stream())
                                .toList(),
                        probeResults.unasked.isEmpty()
                                ? config.probeTimeoutMs()
                                : Math.max(config.probeTimeoutMs(), LeaseTimeout.EARLY.millis())));
    }

    /** Ends those that did not answer the ping, and those of a node that nobody has heard of since. */
    Future<Void> endDeadAmong(List<Session> suspects, long now) {
        return probe(suspects, config.suspectAfterMs() + config.probeTimeoutMs(), now)
                .compose(probeResults -> expiredAmong(probeResults.unasked)
                        .compose(lapsed -> end(Stream.concat(probeResults.silent.stream(), lapsed.stream())
                                .toList())));
    }

    /** Its edge must know it by now: one that is younger may be on its way there, and no edge that answers has it. */
    private boolean hasBegun(Session session, long now) {
        return now - session.openedAt() >= config.suspectAfterMs();
    }

    private boolean isElsewhere(Session session) {
        return !session.owner().node().equals(bus.node());
    }

    /** The edges hear of it first, or an ended session could go on talking. */
    private Future<Void> end(List<Session> ghosts) {
        return publisher
                .publish(ghosts, Cause.UNRESPONSIVE)
                .compose(announced -> Future.all(ghosts.stream()
                        .map(ghost -> store.end(ghost.sender().userId(), ghost.id()))
                        .toList()))
                .mapEmpty();
    }

    private Future<List<Session>> expiredAmong(List<Session> unasked) {
        return unasked.isEmpty()
                ? Future.succeededFuture(unasked)
                : store.endedAmong(unasked, LeaseTimeout.EARLY).map(dead -> only(dead, unasked));
    }

    private Future<ProbeResults> probe(List<Session> sessions, long silenceMs, long now) {
        List<Future<ProbeResults>> answers =
                sessions.stream().collect(Collectors.groupingBy(Session::owner)).entrySet().stream()
                        .map(each -> ask(each.getKey(), each.getValue(), silenceMs))
                        .toList();
        return Future.all(answers).map(all -> ProbeResults.of(all.list(), session -> hasBegun(session, now)));
    }

    private Future<ProbeResults> ask(SessionOwner owner, List<Session> sessions, long silenceMs) {
        LivenessProbe probe =
                new LivenessProbe(sessions.stream().map(Session::id).toList(), silenceMs);
        return bus.askAt(LivenessProbe.QUESTION, owner.node(), owner.instance(), probe)
                .timeout(patienceMs, TimeUnit.MILLISECONDS)
                .transform(answer -> answer.succeeded()
                        ? Future.succeededFuture(
                                new ProbeResults(only(answer.result().sessionIds(), sessions), List.of()))
                        : unheard(sessions, answer.cause()));
    }

    /** This node lives, whatever its edge does: waiting for its lease to lapse would be in vain. */
    private Future<ProbeResults> unheard(List<Session> sessions, Throwable why) {
        if (why instanceof BusFailure || why instanceof TimeoutException) {
            return Future.succeededFuture(new ProbeResults(
                    List.of(), sessions.stream().filter(this::isElsewhere).toList()));
        }
        return Future.failedFuture(why);
    }

    private static List<Session> only(Set<String> ids, List<Session> sessions) {
        return sessions.stream().filter(session -> ids.contains(session.id())).toList();
    }

    /** What the holders say of sessions, and those whose holder says nothing. */
    private record ProbeResults(List<Session> silent, List<Session> unasked) {
        static ProbeResults of(List<ProbeResults> all, Predicate<Session> hasBegun) {
            return new ProbeResults(
                    all.stream()
                            .flatMap(each -> each.silent.stream())
                            .filter(hasBegun)
                            .toList(),
                    all.stream().flatMap(each -> each.unasked.stream()).toList());
        }
    }
}
