package dev.portcullis.app.config;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.app.process.WatchdogConfig;
import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.archive.postgres.PostgresConfig;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.Pseudonymiser;
import dev.portcullis.audit.chain.AuditFileConfig;
import dev.portcullis.audit.logging.LogConfig;
import dev.portcullis.audit.tracing.TracingConfig;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.account.AccountKeys;
import dev.portcullis.auth.account.AccountTokens;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterConfig;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.edge.EdgeConfig;
import dev.portcullis.edge.EdgeSections;
import dev.portcullis.events.EventsConfig;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.RequiredHeadersConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.BansConfig;
import dev.portcullis.ratelimit.reputation.ReputationConfig;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.rooms.DirectConfig;
import dev.portcullis.rooms.Permissions;
import dev.portcullis.rooms.RoomsConfig;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.RetentionRule;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.uploads.UploadsConfig;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The configuration of a node; each part is read by the package that it concerns.
 *
 * @param events the application's own events
 * @param nodeName of the machine, or of the node on it; empty for the name of the host
 */
public record NodeConfig(
        boolean dev,
        Map<Stage, Integer> stages,
        HttpConfig http,
        TlsConfig tls,
        OriginConfig origin,
        RequiredHeadersConfig handshake,
        EdgeConfig edge,
        AuthConfig auth,
        CsrfConfig csrf,
        AccountsConfig accounts,
        SessionsConfig sessions,
        RateLimitConfig ratelimit,
        BansConfig bans,
        AnomalyConfig anomaly,
        StuffingConfig stuffing,
        ReputationConfig reputation,
        RoomsConfig rooms,
        Permissions permissions,
        DirectConfig direct,
        InboxConfig inboxes,
        ContentConfig content,
        BroadcastConfig broadcast,
        StreamsConfig streams,
        RetentionConfig retention,
        ArchiveConfig archive,
        PostgresConfig postgres,
        StoreConfig store,
        RedisConfig redis,
        BusConfig bus,
        ClusterConfig cluster,
        AuditConfig audit,
        Optional<Secret> pseudonymSecret,
        AuditFileConfig auditFile,
        LogConfig log,
        TracingConfig tracing,
        AdminConfig admin,
        WatchdogConfig watchdog,
        WorkerPool.Config workers,
        UploadsConfig uploads,
        Optional<HooksConfig> hooks,
        EventsConfig events,
        Optional<String> nodeName)
        implements EdgeSections {
    /** A socket stays on the event loop of its edge instance, so one instance for each core uses all loops. */
    private static final int CORES = Math.min(64, Runtime.getRuntime().availableProcessors());

    private static final Pattern NODE_NAME = Pattern.compile("(?:[A-Za-z0-9][A-Za-z0-9.-]{0,62})?");

    private static final String DEV = "a configuration for development: listens on loopback only";

    static NodeConfig readSections(Section root) {
        boolean dev = root.basic().flag("dev", false, DEV);
        Map<Stage, Integer> stages = stages(root);
        CircuitBreaker.Config breaker = CircuitBreaker.Config.read(root.section("breaker"));
        HttpConfig http = HttpConfig.read(root.section("http"));
        TlsConfig tls = TlsConfig.read(root.section("tls"));
        ContentConfig content = ContentConfig.read(root.section("content"));
        EventsConfig events = EventsConfig.read(root, content);
        StoreConfig store = StoreConfig.read(root.section("store"));
        return new NodeConfig(
                dev,
                stages,
                http,
                tls,
                OriginConfig.read(root.section("origin")),
                RequiredHeadersConfig.read(root.section("handshake")),
                EdgeConfig.read(root, tls.certificate().isPresent()),
                AuthConfig.read(root.section("auth"), stages.getOrDefault(Stage.AUTH, 0)),
                CsrfConfig.read(root.section("csrf")),
                AccountsConfig.read(root.section("accounts")),
                SessionsConfig.read(root.section("sessions")),
                RateLimitConfig.read(root.section("ratelimit"), events.types()),
                BansConfig.read(root.section("bans")),
                AnomalyConfig.read(root.section("anomaly")),
                StuffingConfig.read(root.section("stuffing")),
                ReputationConfig.read(root.section("reputation")),
                RoomsConfig.read(root.section("rooms"), breaker),
                Permissions.read(root),
                DirectConfig.read(root.section("direct"), breaker),
                InboxConfig.read(root.section("direct")),
                content,
                BroadcastConfig.read(
                        root.section("broadcast"), root.section("content").section("hook"), breaker),
                StreamsConfig.read(root.section("streams"), stages.getOrDefault(Stage.EDGE, 0)),
                RetentionConfig.read(root.section("retention")),
                ArchiveConfig.read(
                        root.section("archive"),
                        store.kind() == StoreConfig.Kind.EMBEDDED
                                ? ArchiveConfig.Kind.EMBEDDED
                                : ArchiveConfig.Kind.NONE),
                PostgresConfig.read(root.section("archive").section("postgres")),
                store,
                RedisConfig.read(root.section("store").section("redis")),
                BusConfig.read(root.section("bus"), breaker),
                ClusterConfig.read(root.section("cluster")),
                AuditConfig.read(root.section("audit")),
                Pseudonymiser.readSecret(root.section("audit")),
                AuditFileConfig.read(root.section("audit").section("file")),
                LogConfig.read(root.section("log")),
                TracingConfig.read(root.section("tracing")),
                AdminConfig.read(root.section("admin")),
                WatchdogConfig.read(root.section("watchdog")),
                WorkerPool.Config.read(root.section("workers")),
                UploadsConfig.read(root.section("uploads")),
                HooksConfig.read(root.section("hooks"), breaker),
                events,
                nodeName(root.section("node")));
    }

    public RetentionRule retentionRule() {
        return new RetentionRule(retention, streams.room(), archive.kind() != ArchiveConfig.Kind.NONE);
    }

    public int instances(Stage stage) {
        return stages.getOrDefault(stage, 0);
    }

    public boolean usesRedis() {
        return store.kind() == StoreConfig.Kind.REDIS;
    }

    public boolean runs(Stage stage) {
        return instances(stage) > 0;
    }

    /** The tokens that are accepted: those of the issuers, and those of accounts. */
    public TokenConfig tokens() {
        return accountKeys()
                .map(keys -> auth.tokens().withIssuer(AccountTokens.issuer(keys, accounts)))
                .orElse(auth.tokens());
    }

    /** Empty where users have no accounts, and where no key of theirs is needed. */
    public Optional<AccountKeys> accountKeys() {
        return accounts.enabled() && runs(Stage.AUTH)
                ? accounts.secretOr(auth.tokens().issuers()).map(AccountKeys::of)
                : Optional.empty();
    }

    public HostPort publicListener() {
        return new HostPort(http.host(), http.port());
    }

    public HostPort adminListener() {
        return new HostPort(admin.host(), admin.port());
    }

    public HostPort busListener() {
        return cluster.busListener();
    }

    public static Optional<String> nodeName(Section node) {
        String name = node.basic()
                .text(
                        "name",
                        "",
                        NODE_NAME,
                        "by which an operator tells this node in logs, lists and events; the process adds a dash and four random"
                                + " letters; empty: the name of the host");
        return Optional.of(name).filter(any -> !any.isEmpty());
    }

    /** In a cluster, {@code stages} names all stages that run. A single node needs each of them. */
    private static Map<Stage, Integer> stages(Section root) {
        boolean named = root.has("stages") && root.section("cluster").isTrue("enabled");
        Section section = root.section("stages").basic();
        Map<Stage, Integer> stages = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            String about = "instances of the stage " + stage.id()
                    + "; in a cluster where stages are named, one that is left out does not run";
            stages.put(
                    stage,
                    stage == Stage.EDGE
                            ? section.integer(stage.id(), "one for each core", named ? 0 : CORES, 0, 64, about)
                            : section.integer(stage.id(), named ? 0 : 1, 0, 64, about));
        }
        return Collections.unmodifiableMap(stages);
    }
}
