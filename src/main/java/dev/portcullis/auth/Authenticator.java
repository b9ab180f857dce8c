package dev.portcullis.auth;

import dev.portcullis.auth.login.OpenSessionRequest;
import dev.portcullis.auth.login.RenewSessionRequest;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionRenewal;
import dev.portcullis.auth.session.TokenIdentity;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Secret;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.CutoffBody;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The client of this stage. Its futures fail only with a {@code BusFailure}. */
public final class Authenticator {
    public static final Question<OpenSessionRequest, SessionOpening> OPEN =
            new Question<>(Stage.AUTH, "open", OpenSessionRequest.class, SessionOpening.class, OpenSessionRequest::key);
    static final Question<RenewSessionRequest, SessionRenewal> RENEW = new Question<>(
            Stage.AUTH, "renew", RenewSessionRequest.class, SessionRenewal.class, RenewSessionRequest::key);
    static final Question<End, Ended> END = Question.about(Stage.AUTH, "end", End.class, Ended.class, End::user);
    static final Question<Verify, TokenVerification> VERIFY =
            Question.about(Stage.AUTH, "prove", Verify.class, TokenVerification.class, Verify::token);
    static final Question<TokenIdentity, RevocationStatus> CHECK_REVOKED = Question.about(
            Stage.AUTH, "check_revoked", TokenIdentity.class, RevocationStatus.class, TokenIdentity::user);
    static final Question<Restore, Restored> RESTORE =
            new Question<>(Stage.AUTH, "restore", Restore.class, Restored.class, restore -> keyOf(restore.sessions()));
    static final Question<CheckLive, DeadSessions> CHECK_LIVE = new Question<>(
            Stage.AUTH, "roll_call", CheckLive.class, DeadSessions.class, check -> keyOf(check.sessions()));
    static final Question<Republish, Republished> REPUBLISH =
            new Question<>(Stage.AUTH, "cut_off_again", Republish.class, Republished.class, Republish::lane);

    static final Question<LogInForDemo, DemoToken> DEMO_LOGIN =
            Question.about(Stage.AUTH, "demo_login", LogInForDemo.class, DemoToken.class, LogInForDemo::user);

    private static final int BATCH = 100;

    private final Vertx vertx;
    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the one that all nodes share */
    public Authenticator(Vertx vertx, Bus bus, LongSupplier clock) {
        this.vertx = vertx;
        this.bus = bus;
        this.clock = clock;
    }

    /** Opens a session. At the cap this takes as long as suspected ghosts have to answer a ping; its answer probes no more. */
    public Future<SessionOpening> open(Credentials credentials) {
        return open(credentials, List.of());
    }

    /**
     * Gives a session another token of its user.
     *
     * @param certificate of the connection's TLS
     */
    public Future<SessionRenewal> renew(Session session, String token, Optional<ClientCertificate> certificate) {
        return bus.ask(
                RENEW, new RenewSessionRequest(session, token, certificate, clock.getAsLong() + bus.deadlineMs()));
    }

    /** Ends a session whose connection is closed. Idempotent. */
    public Future<Void> end(UserId user, String sessionId) {
        return bus.ask(END, new End(user, sessionId)).mapEmpty();
    }

    /** Verifies the token of a request without opening a session. */
    public Future<TokenVerification> verify(String token, Optional<ClientCertificate> certificate) {
        return bus.ask(VERIFY, new Verify(token, certificate, Optional.of(CredentialSource.HEADER)));
    }

    /** Verifies what a client presents that wants a session, without opening one. */
    public Future<TokenVerification> verify(Credentials credentials) {
        return bus.ask(VERIFY, new Verify(credentials.token(), credentials.certificate(), credentials.source()));
    }

    /** A token of this user, for who asked without any proof; only where {@code auth.demoLogin} is on. */
    public Future<String> logInForDemo(UserId user) {
        return bus.ask(DEMO_LOGIN, new LogInForDemo(user)).map(DemoToken::token);
    }

    /** Whether a token that was verified is revoked by now, with its login or with all tokens that its user had. */
    public Future<Boolean> isRevoked(TokenIdentity token) {
        return bus.ask(CHECK_REVOKED, token).map(RevocationStatus::revoked);
    }

    /** Registers the sessions of this node again, after the store has lost its memory or part of it. Idempotent. */
    public Future<Void> restore(List<Session> sessions) {
        return inBatches(byLane(sessions), some -> bus.ask(RESTORE, new Restore(some)))
                .mapEmpty();
    }

    /** The ids of the sessions that have ended according to the store. */
    public Future<Set<String>> endedAmong(List<Session> sessions) {
        return inBatches(byLane(sessions), some -> bus.ask(CHECK_LIVE, new CheckLive(some)))
                .map(answers -> answers.stream()
                        .flatMap(deadSessions -> deadSessions.sessionIds().stream())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Appends cut-offs again that a lane may have lost in a fork. Cut-offs that it still has are not duplicated. */
    public Future<Void> republish(int lane, List<Cutoff> cutoffs) {
        return inBatches(cutoffs, some -> bus.ask(REPUBLISH, Republish.of(lane, some)))
                .mapEmpty();
    }

    /** Sorts sessions so that a batch covers few lanes of the store. */
    private static List<Session> byLane(List<Session> sessions) {
        return sessions.stream().sorted(Comparator.comparingInt(Session::lane)).toList();
    }

    /** Sends a long list in batches, one after another, so that a node full of sessions does not delay handshakes. */
    private static <T, A> Future<List<A>> inBatches(List<T> all, Function<List<T>, Future<A>> request) {
        List<List<T>> batches = IntStream.iterate(0, from -> from < all.size(), from -> from + BATCH)
                .mapToObj(from -> List.copyOf(all.subList(from, Math.min(all.size(), from + BATCH))))
                .toList();
        return ChunkedCalls.run(batches, 1, request);
    }

    private static int keyOf(List<Session> sessions) {
        return sessions.isEmpty() ? 0 : sessions.get(0).sender().userId().hashCode();
    }

    private Future<SessionOpening> open(Credentials credentials, List<Session> suspects) {
        return bus.ask(OPEN, new OpenSessionRequest(credentials, suspects, clock.getAsLong() + bus.deadlineMs()))
                .compose(opening -> opening instanceof SessionOpening.Probing probing
                        ? vertx.timer(probing.waitMs(), TimeUnit.MILLISECONDS)
                                .compose(due -> open(credentials, probing.suspects()))
                        : Future.succeededFuture(opening));
    }

    record LogInForDemo(UserId user) {}

    record DemoToken(String token) {
        @Override
        public String toString() {
            return "DemoToken[" + Secret.REDACTED + "]";
        }
    }

    record End(UserId user, String sessionId) {}

    record Ended() {}

    record RevocationStatus(boolean revoked) {}

    record Restore(List<Session> sessions) {}

    /** The sessions are registered, or have ended. */
    record Restored() {}

    record CheckLive(List<Session> sessions) {}

    record DeadSessions(Set<String> sessionIds) {}

    /**
     * The request of {@link #republish}: cut-offs that an edge holds.
     *
     * @param bodies of all but ended sessions, and of those with a newer cause, as in the stream: a stage of an earlier
     *     release leaves out kinds that it does not know
     */
    record Republish(int lane, List<SessionEnded> cutoffs, List<byte[]> bodies) {
        static Republish of(int lane, List<Cutoff> cutoffs) {
            List<SessionEnded> ended = new ArrayList<>();
            List<byte[]> bodies = new ArrayList<>();
            for (Cutoff each : cutoffs) {
                if (each instanceof SessionEnded session && session.cause() != SessionEnded.Cause.FORCED) {
                    ended.add(session);
                } else {
                    bodies.add(CutoffBody.encode(each));
                }
            }
            return new Republish(lane, List.copyOf(ended), List.copyOf(bodies));
        }

        List<Cutoff> all() {
            return Stream.concat(cutoffs.stream(), bodies.stream().flatMap(body -> CutoffBody.decode(body).stream()))
                    .toList();
        }
    }

    /** The cut-offs are in the stream. */
    record Republished() {}

    /**
     * The request of {@link #verify}.
     *
     * @param source how the token came; empty where none came
     */
    record Verify(String token, Optional<ClientCertificate> certificate, Optional<CredentialSource> source) {
        @Override
        public String toString() {
            return "Verify[" + Secret.REDACTED + "]";
        }
    }
}
