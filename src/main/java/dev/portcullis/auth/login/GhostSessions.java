package dev.portcullis.auth.login;

import dev.portcullis.auth.revocation.SessionCutoffs;
import dev.portcullis.auth.session.LeaseTimeout;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening.Probing;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds and ends sessions whose client vanished without closing, so that they do not use up the cap. An edge that does
 * not answer proves nothing about its sessions. If it is on another node, that node's lease decides, with an early
 * timeout.
 */
public final class GhostSessions {
    /** An edge answers from memory. A longer timeout would exceed the deadline of the request that waits for this. */
    public static final long ANSWER_TIMEOUT_MS = 500;

    /** How long the end of a session may be on its way to the store. */
    private static final long ENDING_MS = 250;

    /** No session is silent for so long: an edge names those that it does not have, and pings none. */
    private static final long ENDLESS_MS = Long.MAX_VALUE;

    private final Bus bus;
    private final SessionStore store;
    private final SessionCutoffs cutoffs;
    private final SessionsConfig config;
    private final long answerTimeoutMs;

    public GhostSessions(
            Bus bus, SessionStore store, SessionCutoffs cutoffs, SessionsConfig config, long answerTimeoutMs) {
        this.bus = bus;
        this.store = store;
        this.cutoffs = cutoffs;
        this.config = config;
        this.answerTimeoutMs = answerTimeoutMs;
    }

    /**
     * The sessions that may be ghosts, each pinged if its edge is reachable, and how long until that shows. Where there is none,
     * those that are too young for that: their client may have closed one just now.
     */
    Future<Probing> mayEndAmong(List<Session> sessions, long now) {
        return probe(mayBeProbed(sessions, now), config.suspectAfterMs(), now)
                .map(probeResults -> probeResults.areEmpty()
                        ? new Probing(young(sessions, now), ENDING_MS)
                        : new Probing(
                                Stream.concat(probeResults.silent.stream(), probeResults.unanswered.stream())
                                        .toList(),
                                probeResults.unanswered.isEmpty()
                                        ? config.probeTimeoutMs()
                                        : Math.max(config.probeTimeoutMs(), LeaseTimeout.EARLY.millis())));
    }

    /** Ends those that did not answer the ping, and those of a node that has not renewed its lease since. */
    Future<Void> endDeadAmong(List<Session> suspects, long now) {
        if (suspects.isEmpty()) { // of nearly every handshake
            return Future.succeededFuture();
        }
        return probe(mayBeProbed(suspects, now), config.suspectAfterMs() + config.probeTimeoutMs(), now)
                .compose(probeResults -> expiredAmong(probeResults.unanswered)
                        .compose(expired -> end(Stream.concat(probeResults.silent.stream(), expired.stream())
                                .toList())));
    }

    /**
     * The sessions of which it is not known that they are alive. Their edge does not have them: they are ending and the store has
     * not learned it yet, or their connection is still on the way. Or their node does not answer, and may be dead: after an outage of
     * the store its lease says so late.
     */
    Future<List<Session>> unknownAmong(List<Session> sessions) {
        return answersFor(sessions)
                .map(answers -> Stream.concat(
                                answers.silent.stream(),
                                answers.unanswered.stream().filter(this::isElsewhere))
                        .toList());
    }

    /** The sessions that their edge does not have, and those for which no edge answers. */
    Future<ProbeResults> answersFor(List<Session> sessions) {
        return ask(sessions, ENDLESS_MS);
    }

    private List<Session> mayBeProbed(List<Session> sessions, long now) {
        return sessions.stream()
                .filter(session -> hasBegun(session, now) || isElsewhere(session))
                .toList();
    }

    private List<Session> young(List<Session> sessions, long now) {
        return sessions.stream().filter(session -> !hasBegun(session, now)).toList();
    }

    /** Whether its edge must know it by now. A younger session may not have reached its edge yet. */
    private boolean hasBegun(Session session, long now) {
        return now - session.openedAt() >= config.suspectAfterMs();
    }

    private boolean isElsewhere(Session session) {
        return !session.owner().node().equals(bus.node());
    }

    /** Publishes the cut-offs first: otherwise an ended session could go on sending. */
    private Future<Void> end(List<Session> ghosts) {
        return cutoffs.publish(ghosts, Cause.UNRESPONSIVE)
                .compose(published -> Future.all(ghosts.stream()
                        .map(ghost -> store.end(ghost.sender().userId(), ghost.id()))
                        .toList()))
                .mapEmpty();
    }

    private Future<List<Session>> expiredAmong(List<Session> unanswered) {
        return unanswered.isEmpty()
                ? Future.succeededFuture(unanswered)
                : store.endedAmong(unanswered, LeaseTimeout.EARLY).map(dead -> select(dead, unanswered));
    }

    /** Leaves out what is unanswered of this node: it is running, so its lease will not expire. */
    private Future<ProbeResults> probe(List<Session> sessions, long suspectAfterMs, long now) {
        return ask(sessions, suspectAfterMs)
                .map(answers -> new ProbeResults(
                        answers.silent.stream()
                                .filter(session -> hasBegun(session, now))
                                .toList(),
                        answers.unanswered.stream().filter(this::isElsewhere).toList()));
    }

    private Future<ProbeResults> ask(List<Session> sessions, long suspectAfterMs) {
        List<Future<ProbeResults>> answers =
                sessions.stream().collect(Collectors.groupingBy(Session::owner)).entrySet().stream()
                        .map(each -> ask(each.getKey(), each.getValue(), suspectAfterMs))
                        .toList();
        return Future.all(answers).map(all -> ProbeResults.of(all.list()));
    }

    private Future<ProbeResults> ask(SessionOwner owner, List<Session> sessions, long suspectAfterMs) {
        LivenessProbe probe =
                new LivenessProbe(sessions.stream().map(Session::id).toList(), suspectAfterMs);
        return bus.askAt(LivenessProbe.QUESTION, owner.node(), owner.instance(), probe)
                .timeout(answerTimeoutMs, TimeUnit.MILLISECONDS)
                .transform(answer -> answer.succeeded()
                        ? Future.succeededFuture(
                                new ProbeResults(select(answer.result().sessionIds(), sessions), List.of()))
                        : withoutAnswer(sessions, answer.cause()));
    }

    private static Future<ProbeResults> withoutAnswer(List<Session> sessions, Throwable why) {
        return why instanceof BusFailure || why instanceof TimeoutException
                ? Future.succeededFuture(new ProbeResults(List.of(), sessions))
                : Future.failedFuture(why);
    }

    private static List<Session> select(Set<String> ids, List<Session> sessions) {
        return sessions.stream().filter(session -> ids.contains(session.id())).toList();
    }

    /** The silent sessions, and those whose edge did not answer. */
    record ProbeResults(List<Session> silent, List<Session> unanswered) {
        boolean areEmpty() {
            return silent.isEmpty() && unanswered.isEmpty();
        }

        static ProbeResults of(List<ProbeResults> all) {
            return new ProbeResults(
                    all.stream().flatMap(each -> each.silent.stream()).toList(),
                    all.stream().flatMap(each -> each.unanswered.stream()).toList());
        }
    }
}
