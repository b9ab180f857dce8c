package dev.portcullis.auth;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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

    static final Question<Restoring, Ended> RESTORE =
            new Question<>(Stage.AUTH, "restore", Restoring.class, Ended.class, Restoring::hashCode);
    static final Question<Doubt, Dead> DEAD =
            new Question<>(Stage.AUTH, "dead", Doubt.class, Dead.class, Doubt::hashCode);
    static final Question<Again, Ended> AGAIN =
            new Question<>(Stage.AUTH, "again", Again.class, Ended.class, Again::hashCode);

    private final Vertx vertx;
    private final Bus bus;

    public Authenticator(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.bus = bus;
    }

    /** Asks for a session. At the cap this takes as long as suspected ghosts have to answer a ping. */
    public Future<Opening> open(Credentials credentials) {
        return knock(new Knock(credentials, List.of()));
    }

    /** Ends a session whose connection is gone. May be repeated. */
    public Future<Void> end(UserId user, String sessionId) {
        return bus.ask(END, new Ending(user, sessionId)).mapEmpty();
    }

    /** Checks a token without opening anything. */
    public Future<Proof> prove(String token) {
        return bus.ask(PROVE, new Claim(token));
    }

    /** Says again to the store what it may have lost. May be repeated. */
    public Future<Void> restore(List<Session> sessions) {
        return bus.ask(RESTORE, new Restoring(sessions)).mapEmpty();
    }

    /** The ids of those that are not live. */
    public Future<Set<String>> deadAmong(List<Session> sessions) {
        return bus.ask(DEAD, new Doubt(sessions)).map(Dead::sessionIds);
    }

    /** Appends cut-offs that the stream may have lost. To say one twice changes nothing. */
    public Future<Void> cutOffAgain(List<Cutoff> cutoffs) {
        return bus.ask(AGAIN, new Again(cutoffs)).mapEmpty();
    }

    private Future<Opening> knock(Knock knock) {
        return bus.ask(OPEN, knock)
                .compose(reply -> reply.fold(
                        Future::succeededFuture,
                        probing -> vertx.timer(probing.waitMs(), TimeUnit.MILLISECONDS)
                                .compose(due -> knock(new Knock(knock.credentials(), probing.suspects())))));
    }

    /** The question behind {@link #end}. */
    record Ending(UserId user, String sessionId) {}

    /** It has ended. */
    record Ended() {}

    /** The question behind {@link #restore}. */
    record Restoring(List<Session> sessions) {}

    /** The question behind {@link #deadAmong}. */
    record Doubt(List<Session> sessions) {}

    /** Its answer. */
    record Dead(Set<String> sessionIds) {}

    /** The question behind {@link #cutOffAgain}. */
    record Again(List<Cutoff> cutoffs) {}

    /** The question behind {@link #prove}. */
    record Claim(String token) {
        @Override
        public String toString() {
            return "Claim[" + Secret.REDACTED + "]";
        }
    }
}
