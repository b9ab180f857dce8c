package dev.portcullis.auth;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.AccountResponder;
import dev.portcullis.auth.certificate.CertificateRule;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.login.HandshakeLimit;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.EmbeddedSessionStore;
import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOpening.AtCap;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionStoreContract;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Live;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.cutoff.CutoffLog;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two instances of the stage on a bus of their own, and their client. */
@ExtendWith(VertxExtension.class)
public abstract class AuthStage {
    public static final String TOKEN = signed(HEADER, claims(""));
    public static final int PROBE_MS = 100;
    public static final String NODE = "node";

    /** No edge is asked whether it has a session, in a test that counts what an edge is asked. */
    private static final long UNCHECKED_MS = 3_600_000;

    public static final RevocationLimits LIMITS = new RevocationLimits(86_402_000, 604_802_000, 1_000, 20);

    public final SettableClock clock = new SettableClock(NOW);
    public final CutoffLog cutoffLog = new CutoffLog();
    protected Vertx vertx;
    private EmbeddedStore file;
    private RevocationStore revocations;
    public Bus bus;
    protected SessionStore store;
    public Authenticator authenticator;
    protected HandshakeLimit handshakeLimit = HandshakeLimit.ENFORCED;
    protected CertificatesConfig certificates = CertificatesConfig.off();

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        file = EmbeddedStore.open(
                new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000), (operation, nanos) -> {});
        revocations = new RevocationStore(new EmbeddedRowStore(file, clock), () -> LIMITS);
        bus = new Bus(vertx, NODE, new BusConfig(30_000, 1_000));
        authenticator = new Authenticator(vertx, bus, clock);
        store = storeFor(SessionStoreContract.config(OnExceeded.REJECT, 30));
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
        file.close();
    }

    public void deploy(OnExceeded onExceeded) throws Exception {
        deploy(onExceeded, 30);
    }

    protected void deploy(OnExceeded onExceeded, int handshakes) throws Exception {
        deploy(onExceeded, handshakes, 30_000);
    }

    /** @param answerTimeoutMs how long an edge has to answer a probe; must not run out where one answers */
    public void deploy(OnExceeded onExceeded, int handshakes, long answerTimeoutMs) throws Exception {
        deploy(onExceeded, handshakes, answerTimeoutMs, UNCHECKED_MS);
    }

    /** @param claimMs how long an edge has to connect a session */
    public void deploy(OnExceeded onExceeded, int handshakes, long answerTimeoutMs, long claimMs) throws Exception {
        SessionsConfig sessions =
                new SessionsConfig(5, onExceeded, handshakes, 1_000, 5_000, PROBE_MS, 0, 86_400_000, 1_000, 1_000);
        store = storeFor(sessions);
        CutoffPublisher publisher = new CutoffPublisher(cutoffLog, new StreamWindow(100, 60_000), clock);
        for (int instance = 0; instance < 2; instance++) {
            done(vertx.deployVerticle(new AuthVerticle(
                    instance,
                    bus,
                    new AuthVerticle.Stores(store, revocations(), publisher),
                    new AuthVerticle.Rules(
                            Live.fixed(Tokens.trust(vertx, Tokens.config(Tokens.issuer()))),
                            Live.fixed(new CertificateRule(certificates, 86_400_000)),
                            sessions,
                            handshakeLimit,
                            csrf(),
                            Optional.empty()),
                    AccountResponder.disabled(),
                    clock,
                    new AuthVerticle.EdgeTimeouts(answerTimeoutMs, claimMs))));
        }
    }

    public SessionStore storeFor(SessionsConfig sessions) throws Exception {
        return new EmbeddedSessionStore(
                sessions,
                file,
                revocations,
                done(EmbeddedStreamStore.open(file, clock)),
                SessionStoreContract.inboxes(AckPer.USER),
                Optional.empty(),
                clock,
                clock);
    }

    /** The revocations of the same store. */
    public RevocationStore revocations() throws Exception {
        return revocations;
    }

    private static CsrfConfig csrf() {
        return new CsrfConfig(CsrfConfig.Require.COOKIE, 1_800_000, 60_000);
    }

    public static Credentials credentials(String token) {
        return credentials(token, 3);
    }

    public static Credentials credentials(String token, int edge) {
        return Credentials.message(token, "192.0.2.1", new SessionOwner(NODE, NODE + ":1", edge), "test");
    }

    public SessionOpening open(String token) throws Exception {
        return done(authenticator.open(credentials(token)));
    }

    /** The user who has as many sessions as allowed. */
    public static UserId cappedUser(SessionOpening opening) {
        assertThat(opening).isInstanceOf(AtCap.class);
        return ((AtCap) opening).user();
    }

    public static Session opened(SessionOpening result) {
        assertThat(result).isInstanceOf(Opened.class);
        return ((Opened) result).session();
    }

    public List<Session> openFive() throws Exception {
        List<Session> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            five.add(opened(open(TOKEN)));
        }
        return five;
    }

    public List<Session> sessions() throws Exception {
        return done(store.ofUser(new UserId("ann")));
    }
}
