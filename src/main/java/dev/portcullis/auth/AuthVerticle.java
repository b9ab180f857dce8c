package dev.portcullis.auth;

import dev.portcullis.auth.Authenticator.Absent;
import dev.portcullis.auth.Authenticator.CutOff;
import dev.portcullis.auth.Authenticator.Ended;
import dev.portcullis.auth.Authenticator.Restored;
import dev.portcullis.auth.KnockReply.Settled;
import dev.portcullis.auth.Opening.Denied;
import dev.portcullis.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.LongSupplier;

/** One instance of the stage. */
public final class AuthVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final SessionStore store;
    private final Cutoffs cutoffs;
    private final TokenConfig tokens;
    private final LongSupplier clock;
    private final Registrar registrar;

    public AuthVerticle(
            int instance,
            Bus bus,
            SessionStore store,
            Cutoffs cutoffs,
            TokenConfig tokens,
            SessionsConfig sessions,
            LongSupplier clock) {
        this(instance, bus, store, cutoffs, tokens, sessions, clock, Ghosts.PATIENCE_MS);
    }

    /** With another patience for edges: for tests. */
    AuthVerticle(
            int instance,
            Bus bus,
            SessionStore store,
            Cutoffs cutoffs,
            TokenConfig tokens,
            SessionsConfig sessions,
            LongSupplier clock,
            long patienceMs) {
        this.instance = instance;
        this.bus = bus;
        this.store = store;
        this.cutoffs = cutoffs;
        this.tokens = tokens;
        this.clock = clock;
        Ghosts ghosts = new Ghosts(bus, store, cutoffs, sessions, patienceMs);
        this.registrar = new Registrar(store, ghosts, cutoffs, sessions, clock);
    }

    @Override
    public Future<?> start() {
        return TokenVerifier.open(vertx, tokens, clock)
                .compose(verifier -> Future.all(
                        bus.answer(Authenticator.OPEN, instance, knock -> open(verifier, knock)),
                        bus.answer(
                                Authenticator.END,
                                instance,
                                ending -> store.end(ending.user(), ending.sessionId())
                                        .map(new Ended())),
                        bus.answer(Authenticator.PROVE, instance, claim -> verifier.verify(claim.token())),
                        bus.answer(
                                Authenticator.RESTORE,
                                instance,
                                lost -> store.restore(lost.sessions()).map(new Restored())),
                        bus.answer(
                                Authenticator.ROLL_CALL,
                                instance,
                                call -> store.deadAmong(call.sessions(), Patience.USUAL)
                                        .map(Absent::new)),
                        bus.answer(
                                Authenticator.CUT_OFF_AGAIN,
                                instance,
                                held -> cutoffs.again(held.lane(), held.cutoffs())
                                        .map(new CutOff()))));
    }

    private Future<KnockReply> open(TokenVerifier verifier, Knock knock) {
        return verifier.verify(knock.credentials().token())
                .compose(proof -> proof.fold(
                        claims -> registrar.open(claims, knock),
                        unproven ->
                                Future.succeededFuture(new Settled(new Denied(unproven.why(), unproven.defect())))));
    }
}
