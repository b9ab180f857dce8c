package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.OutgoingTls;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code store.redis}.
 *
 * @param endpoints the single server, the sentinels, or some of the cluster's nodes
 * @param limit the bounds by which slow answers lower the number of calls in flight on one connection
 * @param acks the replicas that an answer waits for
 */
public record RedisConfig(
        Topology topology,
        List<HostPort> endpoints,
        RedisCredentials credentials,
        Optional<String> masterName,
        RedisCredentials sentinelCredentials,
        Optional<OutgoingTls> tls,
        int timeoutMs,
        int connectMs,
        int waiting,
        AdaptiveCallLimit.Bounds limit,
        ReconnectBackoff.Bounds reconnect,
        ReplicaAcks acks) {
    private static final String DEFAULT_URI = "redis://127.0.0.1:6379";

    private static final int TIMEOUT_MS = 500;
    private static final int CONNECT_MS = 2_000;
    private static final int WAITING = 2_048;

    /** The organisation of the servers. */
    public enum Topology {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    public RedisConfig {
        endpoints = List.copyOf(endpoints);
    }

    /** Makes the settings of one server, with the standard bounds. */
    public RedisConfig(String uri, int timeoutMs, int waiting) {
        this(RedisUri.parse(uri), timeoutMs, waiting);
    }

    private RedisConfig(RedisUri uri, int timeoutMs, int waiting) {
        this(
                Topology.STANDALONE,
                uri.endpoints(),
                uri.credentials(),
                Optional.empty(),
                RedisCredentials.NONE,
                uri.tls() ? Optional.of(OutgoingTls.JDK_DEFAULTS) : Optional.empty(),
                timeoutMs,
                CONNECT_MS,
                waiting,
                AdaptiveCallLimit.Bounds.STANDARD,
                ReconnectBackoff.Bounds.STANDARD,
                ReplicaAcks.NONE);
    }

    /** The settings of one server, with the standard bounds. */
    public static RedisConfig at(String uri) {
        return new RedisConfig(uri, TIMEOUT_MS, WAITING);
    }

    public static RedisConfig read(Section redis) {
        RedisUri uri = RedisUri.parse(redis.basic()
                .address(
                        "uri",
                        DEFAULT_URI,
                        RedisUri.FORM,
                        RedisUri.FORM_TEXT,
                        "where Redis is: redis:// or rediss:// (TLS), optional user and password, and one or more hosts"
                                + " with their ports, separated by commas: the server, the sentinels, or nodes of the"
                                + " cluster")
                .reveal());
        RedisConfig config = new RedisConfig(
                redis.basic().choice("topology", Topology.STANDALONE, "one server, sentinels or a Redis Cluster"),
                uri.endpoints(),
                login(redis, uri),
                redis.basic().optionalText("masterName", "name of the master at the sentinels"),
                sentinelCredentials(redis),
                tls(redis, uri),
                redis.integer(
                        "timeoutMs",
                        TIMEOUT_MS,
                        50,
                        5_000,
                        "how long one call to Redis may take; a connection"
                                + " that answers nothing for three times as long is replaced"),
                redis.integer("connectMs", CONNECT_MS, 50, 10_000, "how long an attempt to connect may take"),
                redis.integer(
                        "waiting", WAITING, 16, 100_000, "calls that may wait on one connection; more fail at once"),
                AdaptiveCallLimit.Bounds.read(redis),
                ReconnectBackoff.Bounds.STANDARD,
                ReplicaAcks.read(redis));
        config.refuseContradictions(redis);
        config.refusePlaintextBeyondLoopback(redis);
        return config;
    }

    /** The same settings, with answers that wait for replicas. */
    public RedisConfig with(ReplicaAcks acks) {
        return new RedisConfig(
                topology,
                endpoints,
                credentials,
                masterName,
                sentinelCredentials,
                tls,
                timeoutMs,
                connectMs,
                waiting,
                limit,
                reconnect,
                acks);
    }

    /** Whether stored data crosses a network in plain text, where others can read it (CWE-319). */
    public boolean isPlaintextRemote() {
        return tls.isEmpty() && !endpoints.stream().allMatch(HostPort::isLoopback);
    }

    private static RedisCredentials login(Section redis, RedisUri uri) {
        RedisCredentials configured = new RedisCredentials(
                redis.basic().optionalText("user", "user of the ACL of Redis; may be part of the uri instead"),
                redis.basic().secret("password", "password of that user; may be part of the uri instead"));
        if (!configured.isEmpty() && !uri.credentials().isEmpty()) {
            redis.problem("uri", "names a user or a password, and so do user and password", "keep one of the two");
        }
        return configured.isEmpty() ? uri.credentials() : configured;
    }

    private static void refuseWithoutPassword(Section redis, String password, RedisCredentials credentials) {
        if (credentials.lacksPassword()) {
            redis.problem(password, "is missing, and a user is named", "give the user's password, or name no user");
        }
    }

    private static RedisCredentials sentinelCredentials(Section redis) {
        return new RedisCredentials(
                redis.optionalText("sentinelUser", "user of the ACL of the sentinels"),
                redis.secret("sentinelPassword", "password at the sentinels, if they require one"));
    }

    private static Optional<OutgoingTls> tls(Section redis, RedisUri uri) {
        OutgoingTls tls = OutgoingTls.read(redis.section("tls"), "Redis");
        if (!uri.tls() && !tls.equals(OutgoingTls.JDK_DEFAULTS)) {
            redis.problem("uri", "is in plain text, but tls is configured", "write rediss://");
        }
        return uri.tls() ? Optional.of(tls) : Optional.empty();
    }

    private void refuseContradictions(Section redis) {
        refuseWithoutPassword(redis, "password", credentials);
        refuseWithoutPassword(redis, "sentinelPassword", sentinelCredentials);
        if (endpoints.stream().anyMatch(each -> each.port() < 1 || each.port() > 65_535)) {
            redis.problem("uri", "names a port that does not exist", "a port is a number from 1 to 65535");
        }
        if (!endpoints.stream().allMatch(RedisUri::isValidHost)) {
            redis.problem(
                    "uri",
                    "names a host that can't be connected to",
                    "use a name of letters, digits, hyphens and dots, without underscores, or an address");
        }
        if (topology == Topology.SENTINEL && masterName.isEmpty()) {
            redis.problem(
                    "masterName",
                    "is missing",
                    "sentinels watch several masters: the name of this store's master is needed");
        }
        if (topology != Topology.SENTINEL && (masterName.isPresent() || !sentinelCredentials.isEmpty())) {
            redis.problem(
                    "topology", "has no sentinels, but masterName or sentinel credentials are given", "write sentinel");
        }
    }

    private void refusePlaintextBeyondLoopback(Section redis) {
        String about =
                "allows plain text to a Redis beyond this machine, over a network that no one else can read; without"
                        + " it such a redis:// is refused";
        if (!redis.flag("trustedNetwork", false, about) && isPlaintextRemote()) {
            redis.problem(
                    "uri",
                    "is in plain text and leaves this machine",
                    "write rediss://, or set trustedNetwork if no one else can read that network");
        }
    }
}
