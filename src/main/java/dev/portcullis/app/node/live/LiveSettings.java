package dev.portcullis.app.node.live;

import dev.portcullis.admin.Health.State;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.account.AccountTokens;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.auth.token.TokenTrust;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Live;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.BansConfig;
import dev.portcullis.rooms.Permissions;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that can change while the node runs. All others are those of its start. */
public final class LiveSettings {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final KeyRing keys;
    private final NodeConfig started;
    private final Live.Source<OriginConfig> origin;
    private final Live.Source<RateLimitConfig> ratelimit;
    private final Live.Source<AnomalyConfig> anomaly;
    private final Live.Source<BansConfig> bans;
    private final Live.Source<Permissions> permissions;
    private final Live.Source<TokenTrust> trust;

    private LiveSettings(KeyRing keys, NodeConfig started, TokenTrust trust) {
        this.keys = keys;
        this.started = started;
        this.origin = new Live.Source<>(started.origin());
        this.ratelimit = new Live.Source<>(started.ratelimit());
        this.anomaly = new Live.Source<>(started.anomaly());
        this.bans = new Live.Source<>(started.bans());
        this.permissions = new Live.Source<>(started.permissions());
        this.trust = new Live.Source<>(trust);
    }

    /** Fails if an issuer's key can't be used. */
    public static Future<LiveSettings> open(KeyRing keys, NodeConfig config) {
        TokenConfig tokens = config.runs(Stage.AUTH) ? config.tokens() : unchecked(config);
        return TokenTrust.open(keys, tokens).map(trust -> new LiveSettings(keys, config, trust));
    }

    /** Only the stage auth checks tokens: a node without it must not depend on the servers of issuers. */
    private static TokenConfig unchecked(NodeConfig config) {
        return config.auth().tokens().withoutIssuers();
    }

    public Live<OriginConfig> origin() {
        return origin;
    }

    public Live<RateLimitConfig> ratelimit() {
        return ratelimit;
    }

    public Live<AnomalyConfig> anomaly() {
        return anomaly;
    }

    public Live<BansConfig> bans() {
        return bans;
    }

    public Live<Permissions> permissions() {
        return permissions;
    }

    public Live<TokenTrust> trust() {
        return trust;
    }

    public Supplier<State> keyReadiness() {
        return new KeyReadiness(keys, trust);
    }

    /** They follow the longest lifetime of a token. */
    public Supplier<RevocationLimits> revocations() {
        return () -> RevocationLimits.of(
                started.sessions(), trust.get().config(), started.accounts().refreshTokenMs());
    }

    /**
     * Applies all of them or none: what can fail comes first, and then only fields are set. One update at a time.
     *
     * @param certificates puts the certificate of the listener in force
     * @return the configuration whose live settings are in force, or a line for the operator that says why none is
     */
    public Future<Result<NodeConfig, String>> apply(NodeConfig next, Function<TlsConfig, Future<?>> certificates) {
        if (started.cluster().enabled() && !NodeSharedSettings.of(next).equals(NodeSharedSettings.of(started))) {
            return refused(
                    "issuers, permissions and what else all nodes of a cluster share can't change while they run");
        }
        boolean secure = started.tls().certificate().isPresent();
        if (next.tls().certificate().isPresent() != secure) {
            return refused("tls.certificate can be replaced while the node runs, but not added or removed");
        }
        return trustOf(next)
                .compose(
                        opened -> (secure ? certificates.apply(next.tls()) : Future.succeededFuture())
                                .transform((done, failure) -> failure == null
                                        ? Future.succeededFuture(swap(next, opened))
                                        : refused("the certificate of tls.certificate can't be used", failure)),
                        failure -> refused("a key of auth.issuers can't be used", failure))
                .onComplete(any -> keys.retain(trust.get().config().keyOwners()));
    }

    /** The keys of accounts stay those of the start: their passwords depend on them. */
    private TokenConfig tokensOf(NodeConfig next) {
        if (!started.runs(Stage.AUTH)) {
            return unchecked(next);
        }
        return started.accountKeys()
                .map(keys -> next.auth().tokens().withIssuer(AccountTokens.issuer(keys, started.accounts())))
                .orElse(next.auth().tokens());
    }

    /** Returns the present trust if nothing of it changes, so that verified tokens stay known. */
    private Future<TokenTrust> trustOf(NodeConfig next) {
        TokenTrust current = trust.get();
        TokenConfig tokens = tokensOf(next);
        return tokens.equals(current.config()) ? Future.succeededFuture(current) : TokenTrust.open(keys, tokens);
    }

    private Result<NodeConfig, String> swap(NodeConfig next, TokenTrust opened) {
        trust.swap(opened);
        permissions.swap(next.permissions());
        ratelimit.swap(next.ratelimit());
        anomaly.swap(next.anomaly());
        bans.swap(next.bans());
        origin.swap(next.origin());
        return Result.done(next);
    }

    private static Future<Result<NodeConfig, String>> refused(String why) {
        return Future.succeededFuture(Result.refused(why));
    }

    private static Future<Result<NodeConfig, String>> refused(String why, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "node.update.refused")
                .setCause(failure)
                .log(why);
        return refused(why);
    }

    /**
     * Whether tokens can be checked: down if not those of any configured issuer, degraded if the keys of one can't be read.
     * Its last keys then stay in use, so that a server of an issuer can't take this node from the others.
     */
    record KeyReadiness(KeyRing keys, Live<TokenTrust> trust) implements Supplier<State> {
        @Override
        public State get() {
            Set<KeyRing.Owner> issuers = trust.get().config().keyOwners();
            if (!issuers.isEmpty() && issuers.stream().allMatch(keys::isMissing)) {
                return State.DOWN;
            }
            return keys.state() == KeyRing.State.FRESH ? State.UP : State.DEGRADED;
        }
    }
}
