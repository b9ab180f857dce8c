package dev.portcullis.auth;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The stage's door: all that others see of it. Its futures fail with a {@code BusFailure} and nothing else. */
public final class Authenticator {
    static final Question<Knock, KnockReply> OPEN =
            new Question<>(Stage.AUTH, "open", Knock.class, KnockReply.class, Knock::key);
    static final Question<Ending, Ended> END = new Question<>(
            Stage.AUTH,
            "end",
            Ending.class,
            Ended.class,
            ending -> ending.user().hashCode());
    static final Question<Claim, Proof> PROVE = new Question<>(
            Stage.AUTH,
            "prove",
            Claim.class,
            Proof.class,
            claim -> claim.token().hashCode());
    static final Question<Lost, Restored> RESTORE =
            new Question<>(Stage.AUTH, "restore", Lost.class, Restored.class, lost -> keyOf(lost.sessions()));
    static final Question<RollCall, Absent> ROLL_CALL =
            new Question<>(Stage.AUTH, "roll_call", RollCall.class, Absent.class, call -> keyOf(call.sessions()));
    static final Question<Held, CutOff> CUT_OFF_AGAIN =
            new Question<>(Stage.AUTH, "cut_off_again", Held.class, CutOff.class, Held::lane);

    private final Vertx vertx;
    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the one that all nodes share */
    public Authenticator(Vertx vertx, Bus bus, LongSupplier clock) {
        this.vertx = vertx;
        this.bus = bus;
        this.clock = clock;
    }

    /** Asks for a session. At the cap this takes as long as suspected ghosts have to answer a ping. */
    public Future<Opening> open(Credentials credentials) {
        return knock(credentials, List.of());
    }

    /** Ends a session whose connection is gone. May be repeated. */
    public Future<Void> end(UserId user, String sessionId) {
        return bus.ask(END, new Ending(user, sessionId)).mapEmpty();
    }

    /** Checks a token without opening anything. */
    public Future<Proof> prove(String token) {
        return bus.ask(PROVE, new Claim(token));
    }

    /** Says again which sessions are here, after the store has lost its memory or part of it. May be repeated. */
    public Future<Void> restore(List<Session> sessions) {
        return Pieces.of(byLane(sessions), some -> bus.ask(RESTORE, new Lost(some)))
                .mapEmpty();
    }

    /** Those of the sessions that have ended as far as the store knows. */
    public Future<Set<String>> deadAmong(List<Session> sessions) {
        return Pieces.of(byLane(sessions), some -> bus.ask(ROLL_CALL, new RollCall(some)))
                .map(answers -> answers.stream()
                        .flatMap(absent -> absent.sessionIds().stream())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Says cut-offs of a lane again that it may have lost in a fork. Those that it still has are not doubled. */
    public Future<Void> cutOffAgain(int lane, List<Cutoff> cutoffs) {
        return Pieces.of(cutoffs, some -> bus.ask(CUT_OFF_AGAIN, new Held(lane, some)))
                .mapEmpty();
    }

    /** What lies together in the store is asked together. */
    private static List<Session> byLane(List<Session> sessions) {
        return sessions.stream().sorted(Comparator.comparingInt(Session::lane)).toList();
    }

    private static int keyOf(List<Session> sessions) {
        return sessions.isEmpty() ? 0 : sessions.get(0).sender().userId().hashCode();
    }

    private Future<Opening> knock(Credentials credentials, List<Session> suspects) {
        return bus.ask(OPEN, new Knock(credentials, suspects, clock.getAsLong() + bus.deadlineMs()))
                .compose(reply -> reply.fold(
                        Future::succeededFuture,
                        probing -> vertx.timer(probing.waitMs(), TimeUnit.MILLISECONDS)
                                .compose(due -> knock(credentials, probing.suspects()))));
    }

    /** The question behind {@link #end}. */
    record Ending(UserId user, String sessionId) {}

    /** It has ended. */
    record Ended() {}

    /** The question behind {@link #restore}. */
    record Lost(List<Session> sessions) {}

    /** They are registered, or have ended. */
    record Restored() {}

    /** The question behind {@link #deadAmong}. */
    record RollCall(List<Session> sessions) {}

    /** Its answer. */
    record Absent(Set<String> sessionIds) {}

    /** The question behind {@link #cutOffAgain}: cut-offs that an edge holds. */
    record Held(int lane, List<Cutoff> cutoffs) {}

    /** They are in the stream. */
    record CutOff() {}

    /** The question behind {@link #prove}. */
    record Claim(String token) {
        @Override
        public String toString() {
            return "Claim[" + Secret.REDACTED + "]";
        }
    }
}
