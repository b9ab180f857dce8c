package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code store.redis}.
 *
 * @param endpoints the one server, its sentinels, or some of the cluster's nodes
 * @param redisTls how to be safe on the way; none in plain text
 * @param timeoutMs how long one call may take before its outcome counts as unknown
 * @param limit how the calls under way on one connection are fewer while Redis is slow
 * @param waiting calls that may wait on one connection; more fail at once
 */
public record RedisConfig(
        Topology topology,
        List<HostPort> endpoints,
        RedisCredentials credentials,
        Optional<String> masterName,
        RedisCredentials sentinelLogin,
        Optional<RedisTls> redisTls,
        int timeoutMs,
        int connectMs,
        int waiting,
        AdaptiveCallLimit.Bounds limit,
        ReconnectBackoff.Bounds reconnect) {
    private static final String DEFAULT_URI = "redis://127.0.0.1:6379";

    private static final int TIMEOUT_MS = 500;
    private static final int CONNECT_MS = 2_000;
    private static final int WAITING = 2_048;

    /** How the servers stand to each other. */
    public enum Topology {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    public RedisConfig {
        endpoints = List.copyOf(endpoints);
    }

    /** One server, with the standard bounds. */
    public RedisConfig(String uri, int timeoutMs, int waiting) {
        this(RedisUri.parse(uri), timeoutMs, waiting);
    }

    private RedisConfig(RedisUri uri, int timeoutMs, int waiting) {
        this(
                Topology.STANDALONE,
                uri.endpoints(),
                uri.credentials(),
                Optional.empty(),
                RedisCredentials.NOBODY,
                uri.tls() ? Optional.of(RedisTls.BY_THE_JDK) : Optional.empty(),
                timeoutMs,
                CONNECT_MS,
                waiting,
                AdaptiveCallLimit.Bounds.STANDARD,
                ReconnectBackoff.Bounds.STANDARD);
    }

    /** One server, with the standard bounds. */
    public static RedisConfig at(String uri) {
        return new RedisConfig(uri, TIMEOUT_MS, WAITING);
    }

    public static RedisConfig read(Section redis) {
        RedisUri uri = RedisUri.parse(redis.address(
                        "uri",
                        DEFAULT_URI,
                        RedisUri.FORM,
                        RedisUri.WORDS,
                        "where Redis is: redis:// or rediss:// (TLS), a user and a password if need be, and one or more"
                                + " hosts with their ports, parted by commas: the server, the sentinels, or nodes of the"
                                + " cluster")
                .reveal());
        RedisConfig config = new RedisConfig(
                redis.choice(
                        "topology", Topology.STANDALONE, "what stands there: one server, sentinels or a Redis Cluster"),
                uri.endpoints(),
                login(redis, uri),
                redis.optionalText("masterName", "what the sentinels call the master"),
                sentinelLogin(redis),
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
                ReconnectBackoff.Bounds.read(redis.section("reconnect")));
        config.refuseContradictions(redis);
        config.refusePlaintextBeyondLoopback(redis);
        return config;
    }

    /** Whether what is stored can be read by whoever sees the network between here and Redis (CWE-319). */
    public boolean isPlaintextRemote() {
        return redisTls.isEmpty() && !endpoints.stream().allMatch(HostPort::isLoopback);
    }

    private static RedisCredentials login(Section redis, RedisUri uri) {
        RedisCredentials apart = new RedisCredentials(
                redis.optionalText("user", "whom Redis knows us as in its ACL; may stand in the uri instead"),
                redis.secret("password", "our password at Redis; may stand in the uri instead"));
        if (!apart.isNobody() && !uri.credentials().isNobody()) {
            redis.problem("uri", "names a user or a password, and so do user and password", "keep one of the two");
        }
        return apart.isNobody() ? uri.credentials() : apart;
    }

    private static void refuseWithoutPassword(Section redis, String password, RedisCredentials credentials) {
        if (credentials.lacksPassword()) {
            redis.problem(password, "is missing, and a user is named", "give the user's password, or name no user");
        }
    }

    private static RedisCredentials sentinelLogin(Section redis) {
        return new RedisCredentials(
                redis.optionalText("sentinelUser", "whom the sentinels know us as"),
                redis.secret("sentinelPassword", "our password at the sentinels, where they ask for one"));
    }

    private static Optional<RedisTls> tls(Section redis, RedisUri uri) {
        RedisTls redisTls = RedisTls.read(redis.section("tls"));
        if (!uri.tls() && !redisTls.equals(RedisTls.BY_THE_JDK)) {
            redis.problem("uri", "is in plain text, yet tls says how to secure it", "write rediss://");
        }
        return uri.tls() ? Optional.of(redisTls) : Optional.empty();
    }

    private void refuseContradictions(Section redis) {
        refuseWithoutPassword(redis, "password", credentials);
        refuseWithoutPassword(redis, "sentinelPassword", sentinelLogin);
        if (endpoints.stream().anyMatch(each -> each.port() < 1 || each.port() > 65_535)) {
            redis.problem("uri", "names a port that does not exist", "a port is a number from 1 to 65535");
        }
        if (!endpoints.stream().allMatch(RedisUri::isDialable)) {
            redis.problem(
                    "uri",
                    "names a host that can't be dialled",
                    "call it by letters, digits, hyphens and dots, without underscores, or by its address");
        }
        if (topology == Topology.SENTINEL && masterName.isEmpty()) {
            redis.problem("masterName", "is missing", "sentinels watch several masters: the name of ours is needed");
        }
        if (topology != Topology.SENTINEL && (masterName.isPresent() || !sentinelLogin.isNobody())) {
            redis.problem(
                    "topology", "has no sentinels, yet masterName or a login of theirs is given", "write sentinel");
        }
    }

    private void refusePlaintextBeyondLoopback(Section redis) {
        String about = "lets messages and sessions travel to Redis in plain text, over a network that nobody else can"
                + " see into; a redis:// beyond this machine is refused without it";
        if (!redis.flag("trustedNetwork", false, about) && isPlaintextRemote()) {
            redis.problem(
                    "uri",
                    "is in plain text and leaves this machine",
                    "write rediss://, or set trustedNetwork if nobody else can see into that network");
        }
    }
}
