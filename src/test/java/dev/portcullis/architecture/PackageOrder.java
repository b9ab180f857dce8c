package dev.portcullis.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;

/** Packages of one part of the server have an order: none refers to a later one. */
final class PackageOrder {
    private static final String ROOT = "dev.portcullis.";

    /** Each list starts with the package that refers to no other of the list. */
    private static final List<List<String>> ORDERS = List.of(
            List.of(
                    "edge.tcp",
                    "edge.transport",
                    "edge.socket",
                    "edge.anomaly",
                    "edge.connection",
                    "edge.session",
                    "edge.presence",
                    "edge.membership",
                    "edge.search",
                    "edge.frame",
                    "edge.handshake",
                    "edge.listener",
                    "edge.socketio.packet",
                    "edge.socketio.engine",
                    "edge.socketio",
                    "edge.api.asyncapi",
                    "edge.api",
                    "edge.api.rooms",
                    "edge.files",
                    "edge"),
            List.of("config.text", "config"),
            List.of("config.crypto", "config"),
            List.of("audit.logging", "audit", "audit.chain", "audit.verify"),
            List.of("audit.chain", "audit.analysis"),
            List.of("audit.logging", "audit.tracing"),
            List.of("audit.metrics", "audit.tracing"),
            List.of("audit", "audit.tracing"),
            List.of(
                    "auth.key",
                    "auth.token",
                    "auth.certificate",
                    "auth.session",
                    "auth.revocation",
                    "auth.password",
                    "auth.refresh",
                    "auth.invitation",
                    "auth.factor",
                    "auth.account",
                    "auth.login",
                    "auth"),
            List.of("streams", "streams.record", "streams.unarchived", "streams.embedded"),
            List.of("streams", "streams.record", "streams.lane", "streams.embedded"),
            List.of("streams", "streams.record", "streams.unarchived", "streams.redis"),
            List.of("streams", "streams.record", "streams.lane", "streams.redis"),
            List.of("streams", "streams.record", "streams.holds"),
            List.of("streams", "streams.lane", "streams.delivery"),
            List.of("streams", "streams.lane", "streams.follow"),
            List.of("streams", "streams.cutoff"),
            List.of("archive", "archive.embedded"),
            List.of("archive", "archive.postgres"),
            List.of(
                    "app.process",
                    "app.config",
                    "app.checkpoint",
                    "app.node.live",
                    "app.node.store",
                    "app.node.assembly",
                    "app.node",
                    "app.certs",
                    "app.init",
                    "app.backup",
                    "app.cli",
                    "app"),
            List.of("protocol", "protocol.codec", "json"),
            List.of("protocol", "protocol.record"),
            List.of("http", "http.routing"),
            List.of("http.contract", "http.routing"),
            List.of("store", "store.embedded", "store.rows"),
            List.of("store", "store.redis", "store.rows"),
            List.of("rooms.directory", "rooms"),
            List.of("rooms.invitation", "rooms"),
            List.of("rooms.authorizer", "rooms"),
            List.of("broadcast.interest", "broadcast"),
            List.of("broadcast.moderation", "broadcast"),
            List.of("broadcast"),
            List.of("broadcast", "broadcast.server"),
            List.of("broadcast", "broadcast.expiry"),
            List.of("broadcast", "broadcast.holds"),
            List.of("admin.users", "admin"),
            List.of("admin.node", "admin"),
            List.of("broadcast", "broadcast.direct"),
            List.of("broadcast", "broadcast.user"),
            List.of("broadcast.presence", "broadcast"),
            List.of(
                    "ratelimit.window",
                    "ratelimit.observe",
                    "ratelimit.ban",
                    "ratelimit.reputation",
                    "ratelimit.signature",
                    "ratelimit.anomaly",
                    "ratelimit.stuffing",
                    "ratelimit.login",
                    "ratelimit"),
            List.of("resilience", "bus"),
            List.of("bus", "inventory"),
            List.of("resilience", "http", "http.outgoing"),
            List.of("cluster.wire", "cluster"),
            List.of("uploads.type", "uploads.disk", "uploads"),
            List.of("uploads.transfer", "uploads.disk", "uploads"),
            List.of("uploads.ticket", "uploads.disk", "uploads"),
            List.of("uploads.ticket", "uploads.s3", "uploads"),
            List.of("hooks.outbox", "hooks"),
            List.of("client.pace", "client", "client.chat"),
            List.of("client.command", "client.chat"),
            List.of("client", "client.bench"),
            List.of("client.command", "client.bench"),
            List.of("client", "client.selfaudit.attack", "client.selfaudit", "client.selfaudit.probe"),
            List.of("client.command", "client.selfaudit.attack"));

    /** Pairs of packages of which neither refers to the other. */
    private static final List<List<String>> STRANGERS = List.of(
            List.of("audit.verify", "audit.analysis"),
            List.of("edge.tcp", "edge.transport"),
            List.of("edge.frame", "edge.handshake"),
            List.of("edge.frame", "edge.api"),
            List.of("http", "http.contract"),
            List.of("rooms.directory", "rooms.authorizer"),
            List.of("rooms.directory", "rooms.invitation"),
            List.of("archive.embedded", "archive.postgres"),
            List.of("streams.embedded", "streams.redis"),
            List.of("streams.delivery", "streams.embedded"),
            List.of("streams.delivery", "streams.redis"),
            List.of("streams.follow", "streams.delivery"),
            List.of("streams.follow", "streams.embedded"),
            List.of("streams.follow", "streams.redis"),
            List.of("streams.cutoff", "streams.follow"),
            List.of("streams.cutoff", "streams.delivery"),
            List.of("streams.cutoff", "streams.embedded"),
            List.of("streams.cutoff", "streams.redis"),
            List.of("store.embedded", "store.redis"),
            List.of("uploads.type", "uploads.ticket"),
            List.of("uploads.transfer", "uploads.ticket"),
            List.of("uploads.transfer", "uploads.s3"),
            List.of("uploads.disk", "uploads.s3"),
            List.of("client", "client.command"),
            List.of("client.chat", "client.bench"),
            List.of("client.chat", "client.selfaudit"),
            List.of("client.bench", "client.selfaudit"));

    @ArchTest
    static void packages_refer_only_to_those_before_them(JavaClasses classes) {
        for (List<String> order : ORDERS) {
            for (int i = 0; i < order.size() - 1; i++) {
                String[] later = order.subList(i + 1, order.size()).stream()
                        .map(ROOT::concat)
                        .toArray(String[]::new);
                none(order.get(i), later, classes);
            }
        }
    }

    @ArchTest
    static void packages_beside_each_other_are_strangers(JavaClasses classes) {
        for (List<String> pair : STRANGERS) {
            none(pair.get(0), new String[] {ROOT + pair.get(1)}, classes);
            none(pair.get(1), new String[] {ROOT + pair.get(0)}, classes);
        }
    }

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            SlicesRuleDefinition.slices().matching(ROOT + "(**)").should().beFreeOfCycles();

    /** Outside of {@code edge}, only the node that assembles it may use its subpackages. */
    @ArchTest
    static final ArchRule only_the_node_looks_into_the_edge = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "edge..", ROOT + "app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "edge..");

    private static void none(String from, String[] to, JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(classes);
    }

    private PackageOrder() {}
}
