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
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.BansConfig;
import dev.portcullis.rooms.Permissions;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The configuration in force. Those of its settings that are {@link LiveKeys} can change while the node runs: all at once, in one
 * write. All others are those of the start.
 */
public final class LiveSettings {
    private final KeyRing keys;
    private final NodeConfig started;
    private volatile InForce inForce;

    /** A configuration with the keys of its issuers. */
    private record InForce(NodeConfig config, TokenTrust trust) {}

    private LiveSettings(KeyRing keys, NodeConfig started, TokenTrust trust) {
        this.keys = keys;
        this.started = started;
        this.inForce = new InForce(started, trust);
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

    /** A part of the configuration as it is whenever it is asked. */
    public <T> Live<T> of(Function<NodeConfig, T> part) {
        return () -> part.apply(inForce.config());
    }

    /** What is made of the configuration: once, and again when another one is in force. */
    public <T> Live<T> made(Function<NodeConfig, T> make) {
        return new MadeOnce<>(make);
    }

    private final class MadeOnce<T> implements Live<T> {
        private final Function<NodeConfig, T> make;
        private volatile Made<T> last;

        private record Made<T>(NodeConfig of, T value) {}

        MadeOnce(Function<NodeConfig, T> make) {
            this.make = make;
            this.last = madeOf(config());
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // each reload brings another object, and equal ones may be made again
        public T get() {
            NodeConfig now = config();
            Made<T> made = last;
            if (made.of() != now) {
                made = madeOf(now);
                last = made;
            }
            return made.value();
        }

        private Made<T> madeOf(NodeConfig config) {
            return new Made<>(config, make.apply(config));
        }
    }

    public NodeConfig config() {
        return inForce.config();
    }

    public Live<OriginConfig> origin() {
        return of(NodeConfig::origin);
    }

    public Live<RateLimitConfig> ratelimit() {
        return of(NodeConfig::ratelimit);
    }

    public Live<AnomalyConfig> anomaly() {
        return of(NodeConfig::anomaly);
    }

    public Live<BansConfig> bans() {
        return of(NodeConfig::bans);
    }

    public Live<Permissions> permissions() {
        return of(NodeConfig::permissions);
    }

    public Live<TokenTrust> trust() {
        return () -> inForce.trust();
    }

    public Supplier<State> keyReadiness() {
        return new KeyReadiness(keys, trust());
    }

    /** They follow the longest lifetime of a token. */
    public Supplier<RevocationLimits> revocations() {
        return () -> RevocationLimits.of(
                started.sessions(), inForce.trust().config(), started.accounts().refreshTokenMs());
    }

    /** A checked configuration of which nothing is in force yet. */
    public final class Prepared {
        private final InForce next;

        private Prepared(InForce next) {
            this.next = next;
        }

        /** Puts it in force, in one write. */
        public void apply() {
            inForce = next;
            release();
        }

        /** Forgets it. */
        public void release() {
            keys.retain(inForce.trust().config().keyOwners());
        }
    }

    /** Takes the steps that can fail, such as reading the keys of a new issuer. One configuration at a time. */
    public Future<Prepared> prepare(NodeConfig next) {
        return trustOf(next)
                .map(opened -> new Prepared(new InForce(next, opened)))
                .onFailure(any -> keys.retain(inForce.trust().config().keyOwners()));
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
        TokenTrust current = inForce.trust();
        TokenConfig tokens = tokensOf(next);
        return tokens.equals(current.config()) ? Future.succeededFuture(current) : TokenTrust.open(keys, tokens);
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
