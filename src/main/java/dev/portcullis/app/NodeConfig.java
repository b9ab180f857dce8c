package dev.portcullis.app;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.SessionsConfig;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterConfig;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.edge.EdgeConfig;
import dev.portcullis.http.HandshakeConfig;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.rooms.Permissions;
import dev.portcullis.rooms.RoomsConfig;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.streams.StreamsConfig;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Everything that the operator decided about this node, each part read by the package that it concerns.
 *
 * @param dev what is open here is meant for one's own machine, and bound to it
 * @param stages how many instances of each stage run; 0 is none
 */
public record NodeConfig(
        boolean dev,
        Map<Stage, Integer> stages,
        HttpConfig http,
        TlsConfig tls,
        OriginConfig origin,
        HandshakeConfig handshake,
        EdgeConfig edge,
        AuthConfig auth,
        SessionsConfig sessions,
        RateLimitConfig ratelimit,
        RoomsConfig rooms,
        Permissions permissions,
        ContentConfig content,
        BroadcastConfig broadcast,
        StreamsConfig streams,
        StoreConfig store,
        BusConfig bus,
        ClusterConfig cluster,
        AuditConfig audit,
        AdminConfig admin) {
    private static final String DEV = "a configuration for development: listens on loopback only";

    public static NodeConfig read(Section root) {
        NodeConfig config = new NodeConfig(
                root.flag("dev", false, DEV),
                stages(root),
                HttpConfig.read(root.section("http")),
                TlsConfig.read(root.section("tls")),
                OriginConfig.read(root.section("origin")),
                HandshakeConfig.read(root.section("handshake")),
                EdgeConfig.read(root),
                AuthConfig.read(root.section("auth")),
                SessionsConfig.read(root.section("sessions")),
                RateLimitConfig.read(root.section("ratelimit")),
                RoomsConfig.read(root.section("rooms")),
                Permissions.read(root),
                ContentConfig.read(root.section("content")),
                BroadcastConfig.read(root.section("broadcast")),
                StreamsConfig.read(root.section("streams")),
                StoreConfig.read(root.section("store")),
                BusConfig.read(root.section("bus")),
                ClusterConfig.read(root.section("cluster")),
                AuditConfig.read(root.section("audit")),
                AdminConfig.read(root.section("admin")));
        NotYet.read(root);
        config.refuseHalfANode(root);
        config.shareTheTruth(root.section("store"));
        config.knowWhoIsWho(root.section("auth"));
        config.keepThePromiseOfFiveSeconds(root);
        config.letAJoinReadOnce(root.section("streams"));
        config.letTheStoreAnswerFirst(root);
        config.letTheLargestMessagePass(root);
        config.letTheLargestFramePass(root.section("ratelimit"));
        config.letSomebodyIn(root.section("tls"));
        config.keepDevHome(root.section("http"), config.publicListener());
        config.keepDevHome(root.section("admin"), config.adminListener());
        return config;
    }

    public int instances(Stage stage) {
        return stages.getOrDefault(stage, 0);
    }

    boolean usesRedis() {
        return store.kind() == StoreConfig.Kind.REDIS;
    }

    public boolean runs(Stage stage) {
        return instances(stage) > 0;
    }

    Listener publicListener() {
        return new Listener(http.host(), http.port());
    }

    Listener adminListener() {
        return new Listener(admin.host(), admin.port());
    }

    /** Who names stages names all that shall run; who names none gets one of each. */
    private static Map<Stage, Integer> stages(Section root) {
        int unnamed = root.has("stages") ? 0 : 1;
        Map<Stage, Integer> stages = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            String about = "instances of the stage " + stage.word()
                    + "; where stages are named, one that is left out does not run";
            stages.put(stage, root.section("stages").integer(stage.word(), unnamed, 0, 64, about));
        }
        return Collections.unmodifiableMap(stages);
    }

    /** A node that is alone answers everything itself. */
    private void refuseHalfANode(Section root) {
        if (cluster.enabled()) {
            if (stages.values().stream().allMatch(instances -> instances == 0)) {
                root.problem("stages", "names none that runs", "give at least one stage an instance");
            }
            return;
        }
        stages.forEach((stage, instances) -> {
            if (instances == 0) {
                root.section("stages")
                        .problem(
                                stage.word(),
                                "does not run",
                                "it is needed where cluster.enabled is not true: a whole number from 1 to 64 is needed");
            }
        });
    }

    /** Each node would order the same rooms by itself. */
    private void shareTheTruth(Section section) {
        if (cluster.enabled() && store.kind() == StoreConfig.Kind.EMBEDDED) {
            section.problem(
                    "kind",
                    "is embedded, which only one node can use, and cluster.enabled is true",
                    "write redis and say in store.redis where it is");
        }
    }

    /** Nobody else needs to hold a key. */
    private void knowWhoIsWho(Section section) {
        if (runs(Stage.AUTH) && auth.issuers().isEmpty()) {
            section.problem("issuers", "is empty, so nobody could come in", "name one: {\"secret\": {\"$env\": …}}");
        }
    }

    /**
     * A frame is admitted, authorized and published before its sender may be told that nobody knows. What it waits for
     * at the gate goes off the time for publishing.
     */
    private void keepThePromiseOfFiveSeconds(Section root) {
        boolean atTheGate = edge.cutoffs().waitMs() > broadcast.patienceMs();
        long longest = 2 * bus.deadlineMs() + (atTheGate ? edge.cutoffs().waitMs() : broadcast.patienceMs());
        if (longest > EdgeConfig.ANSWER_MS) {
            root.problem(
                    atTheGate ? "cutoffs.waitMs" : "broadcast.patienceMs",
                    "lets a frame wait for " + longest + " ms with twice bus.deadlineMs",
                    "both together may take " + EdgeConfig.ANSWER_MS + " ms: an unavailable is due within 5 s");
        }
    }

    /** A join is answered in time whatever its reads do; one of them at least should come to something. */
    private void letAJoinReadOnce(Section section) {
        long longest = 2 * bus.deadlineMs() + streams.readMs();
        if (longest > EdgeConfig.ANSWER_MS) {
            section.problem(
                    "readMs",
                    "lets a join wait for " + longest + " ms with twice bus.deadlineMs",
                    "both together may take " + EdgeConfig.ANSWER_MS + " ms: an unavailable is due within 5 s");
        }
    }

    /** What the store can't say in time, a stage still says in time; else the breakers would blame the stage for it. */
    private void letTheStoreAnswerFirst(Section root) {
        if (!usesRedis()) {
            return;
        }
        int timeoutMs = store.redis().timeoutMs();
        if (timeoutMs >= bus.deadlineMs()) {
            root.problem(
                    "store.redis.timeoutMs",
                    "is not below bus.deadlineMs",
                    "a stage must be able to say that the store does not answer: less than " + bus.deadlineMs()
                            + " is needed");
        } else if (timeoutMs >= edge.cutoffs().freshMs()) {
            root.problem(
                    "store.redis.timeoutMs",
                    "is not below cutoffs.freshMs",
                    "each read of them that fails would hold all frames up: less than "
                            + edge.cutoffs().freshMs() + " is needed");
        }
    }

    /** One that does not fit would end each of its readers, or reach no other node but by the tail check. */
    private void letTheLargestMessagePass(Section root) {
        int messageBytes = broadcast.messageBytes();
        if (messageBytes > edge.socket().outboxBytes()) {
            root.problem(
                    "limits.outboxBytes",
                    "is below broadcast.messageBytes",
                    "such a message would close everybody who hears it: at least " + messageBytes + " is needed");
        }
        if (cluster.enabled() && 2L * messageBytes > bus.link().bytes()) {
            root.problem(
                    "bus.link.bytes",
                    "is below twice broadcast.messageBytes",
                    "such a message would be dropped on its way to other nodes: at least " + 2L * messageBytes
                            + " is needed");
        }
    }

    private void letTheLargestFramePass(Section section) {
        int frameBytes = edge.socket().frameBytes();
        if (ratelimit.bytesAMinute() < frameBytes) {
            section.problem(
                    "user.bytes",
                    "is below limits.frameBytes",
                    "a frame of that size could never be sent: at least " + frameBytes + " is needed");
        }
    }

    /** Not so in development, where seeing a client refused may be what it is for. */
    private void letSomebodyIn(Section section) {
        if (!dev
                && runs(Stage.EDGE)
                && tls.required()
                && !section.has("certificate")
                && http.trustedProxies().isEmpty()) {
            section.problem(
                    "required",
                    "is true, with neither tls.certificate nor http.trustedProxies: nobody could connect",
                    "give the node a certificate and its key, or name the proxy that ends TLS");
        }
    }

    /** Development leaves doors open, such as a published secret: nobody else may reach them (CWE-1327). */
    private void keepDevHome(Section section, Listener listener) {
        if (dev && !listener.onLoopback()) {
            section.problem(
                    "host",
                    "reaches beyond this machine in a configuration for development",
                    "write 127.0.0.1, or begin with conf/node.json and leave dev out");
        }
    }
}
