package dev.portcullis.app.config;

import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Section;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.RetentionConfig.Bound;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.uploads.UploadsConfig.Kind;
import java.util.Optional;

/** Checks across the sections of a configuration, each of which is read on its own. */
final class ConfigConsistency {
    private final NodeConfig config;

    ConfigConsistency(NodeConfig config) {
        this.config = config;
    }

    /** @param root the root section, which collects the problems */
    void check(Section root) {
        requireAllStages(root);
        requireRedisInCluster(root.section("store"));
        requireStoreOfArchive(root.section("archive"));
        requireArchiveOfRetention(root);
        requireIssuer(root.section("auth"));
        new IdentitySettings(config).check(root);
        new StageDeadlines(config).check(root);
        checkMaxMessage(root);
        checkMaxFrame(root.section("ratelimit"));
        checkHooks(root);
        requireTlsOrProxy(root.section("tls"));
        requireOrigin(root.section("origin"));
        checkUploads(root.section("uploads"));
        new SecretSettings(config).check(root);
        new ListenAddresses(config).refuseEqual(root);
        requireLoopbackForDev(root.section("http"), config.publicListener());
        requireLoopbackForDev(root.section("admin"), config.adminListener());
        requireTrustedNetwork(root.section("admin"));
    }

    /** A single node runs every stage. */
    private void requireAllStages(Section root) {
        if (config.cluster().enabled()) {
            if (config.stages().values().stream().allMatch(instances -> instances == 0)) {
                root.problem("stages", "names none that runs", "give at least one stage an instance");
            }
            return;
        }
        config.stages().forEach((stage, instances) -> {
            if (instances == 0) {
                root.section("stages")
                        .problem(
                                stage.id(),
                                "does not run",
                                "it is needed where cluster.enabled is not true: a whole number from 1 to 64 is needed");
            }
        });
    }

    /** With embedded stores each node would order the same rooms on its own. */
    private void requireRedisInCluster(Section section) {
        if (config.cluster().enabled() && config.store().kind() == StoreConfig.Kind.EMBEDDED) {
            section.problem(
                    "kind",
                    "is embedded, which only one node can use, and cluster.enabled is true",
                    "write redis and say in store.redis where it is");
        }
    }

    private void requireStoreOfArchive(Section section) {
        if (config.archive().kind() == ArchiveConfig.Kind.EMBEDDED
                && config.store().kind() != StoreConfig.Kind.EMBEDDED) {
            section.problem(
                    "kind",
                    "is embedded, and store.kind is not",
                    "write postgres and say in archive.postgres where it is, or none");
        }
    }

    /** What the window has no room for needs an archive. */
    private void requireArchiveOfRetention(Section root) {
        if (config.archive().kind() != ArchiveConfig.Kind.NONE) {
            return;
        }
        RetentionConfig retention = config.retention();
        requireWindow(root, "retention", retention.all());
        for (int i = 0; i < retention.rooms().size(); i++) {
            requireWindow(
                    root, "retention.rooms[" + i + "]", retention.rooms().get(i).kept());
        }
        requireWindow(root, "retention.max", retention.max());
    }

    private void requireWindow(Section root, String path, Bound bound) {
        StreamWindow window = config.streams().room();
        requireWindow(root, path + ".entries", bound.entries(), "streams.room.entries", window.entries());
        requireWindow(root, path + ".age", bound.ageMs(), "streams.room.ageMs", window.ageMs());
    }

    private static void requireWindow(Section root, String path, Optional<Long> bound, String key, long most) {
        if (bound.filter(value -> value > most).isPresent()) {
            root.problem(
                    path,
                    "is more than " + key + " (" + most + "), and archive.kind is none",
                    "only an archive keeps more than that: set archive.kind, or write at most as much");
        }
    }

    /** Only the stage auth needs a key. */
    private void requireIssuer(Section section) {
        if (config.runs(Stage.AUTH)
                && config.auth().tokens().issuers().isEmpty()
                && !config.accounts().enabled()) {
            section.problem(
                    "issuers", "is empty, so no client could authenticate", "name one: {\"secret\": {\"$env\": …}}");
        }
    }

    /**
     * A message that does not fit would disconnect each of its readers, or reach other nodes only by the tail check.
     */
    private void checkMaxMessage(Section root) {
        int messageBytes = config.broadcast().messageBytes();
        if (messageBytes > config.edge().socket().outboxBytes()) {
            root.problem(
                    "limits.outboxBytes",
                    "is below broadcast.messageBytes",
                    "such a message would disconnect all its readers: at least " + messageBytes + " is needed");
        }
        if (config.cluster().enabled()
                && 2L * messageBytes > config.bus().link().bytes()) {
            root.problem(
                    "bus.link.bytes",
                    "is below twice broadcast.messageBytes",
                    "such a message would be dropped on its way to other nodes: at least " + 2L * messageBytes
                            + " is needed");
        }
    }

    private void checkHooks(Section root) {
        config.hooks().ifPresent(hooks -> {
            if (hooks.stream().isPresent() && !config.usesRedis()) {
                root.problem(
                        "hooks.redis.stream",
                        "is set, and store.kind is not redis",
                        "the stream is in the Redis of the store: name hooks.http.url instead");
            }
            if (config.broadcast().messageBytes() > HooksConfig.LARGEST_MESSAGE) {
                root.problem(
                        "broadcast.messageBytes",
                        "is too large for a hook",
                        "at most " + HooksConfig.LARGEST_MESSAGE + " are allowed where hooks is set");
            }
        });
    }

    private void checkUploads(Section uploads) {
        Kind kind = config.uploads().kind();
        if (kind == Kind.DISK && config.cluster().enabled()) {
            uploads.problem(
                    "kind",
                    "is disk, which only one node can use, and cluster.enabled is true",
                    "a file on the disk of one node is not there for clients of the others: write s3, and say in uploads.s3"
                            + " where it is");
        }
        if (kind != Kind.NONE && !config.dev() && config.uploads().publicUrl().isEmpty()) {
            uploads.problem(
                    "publicUrl",
                    "is missing",
                    "messages refer to files by it: write scheme, host and port by which clients reach this server, such as"
                            + " https://chat.example.com");
        }
    }

    private void checkMaxFrame(Section section) {
        int frameBytes = config.edge().socket().frameBytes();
        if (config.ratelimit().bytesPerMinute() < frameBytes) {
            section.problem(
                    "user.bytes",
                    "is below limits.frameBytes",
                    "a frame of that size could never be sent: at least " + frameBytes + " is needed");
        }
    }

    private void requireTlsOrProxy(Section section) {
        if (config.runs(Stage.EDGE)
                && config.tls().required()
                && !section.has("certificate")
                && config.http().trustedProxies().isEmpty()) {
            section.problem(
                    "required",
                    "is true, with neither tls.certificate nor http.trustedProxies: no client could connect",
                    "give the node a certificate and its key, or name the proxy that ends TLS");
        }
    }

    /** A browser always sends an Origin, and no other client could connect without one either. */
    private void requireOrigin(Section section) {
        if (config.runs(Stage.EDGE)
                && config.origin().allowed().isEmpty()
                && config.origin().missing() == OriginConfig.Missing.REJECT) {
            section.problem(
                    "allowed",
                    "is empty, and origin.missing is reject: no client could connect",
                    "name the origins of your pages, or write allow_with_bearer for native clients alone");
        }
    }

    /**
     * A configuration for development has weak settings, such as a published secret, so only this machine may reach it
     * (CWE-1327).
     */
    private void requireLoopbackForDev(Section section, HostPort listener) {
        if (config.dev() && !listener.isLoopback()) {
            section.problem(
                    "host",
                    "reaches beyond this machine in a configuration for development",
                    "write 127.0.0.1, or begin with conf/node.json and leave dev out");
        }
    }

    /** The listener has no TLS, so tokens and the key can be read on the network (CWE-319). */
    private void requireTrustedNetwork(Section admin) {
        if (!config.dev()
                && !config.adminListener().isLoopback()
                && !config.admin().trustedNetwork()) {
            admin.problem(
                    "host",
                    "reaches beyond this machine, in plain HTTP",
                    "write 127.0.0.1 and let a proxy of this machine end TLS, or set admin.trustedNetwork if only operators"
                            + " can reach admin.port");
        }
    }
}
