package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A test takes its Vertx from {@code VertxExtension}, which closes what the test leaves open. Nested classes count as part of
 * their top-level class.
 */
@AnalyzeClasses(packages = "dev.portcullis", importOptions = ImportOption.OnlyIncludeTests.class)
class VertxOfTestsTest {
    private static final String ROOT = "dev.portcullis.";
    private static final Set<String> FACTORIES = Set.of("vertx", "builder", "clusteredVertx");

    /** The classes that may make one by themselves, by their reason. */
    private static final Map<String, Set<String>> ARGUED = Map.of(
            "it is clustered",
            Set.of("cluster.Nodes", "kit.LoopbackCluster"),
            "it is a second one: one Vertx has one bus",
            Set.of(
                    "broadcast.BroadcasterTest",
                    "broadcast.ModerationTest",
                    "broadcast.direct.AmendRaceContract",
                    "bus.BusTest",
                    "ratelimit.RateLimitVerticleTest"),
            "what it is made with comes from the test",
            Set.of("app.node.HostResolutionTest", "audit.metrics.MetricsTest", "edge.LateRefusalTest"),
            "it has one event loop, so that the state of the fixture needs no lock",
            Set.of("cluster.kit.CuttableProxy", "cluster.workload.Visitors", "cluster.workload.Workload"),
            "it ends as its node does, of which a test may start several",
            Set.of("edge.GatedNode", "edge.ScriptedEdge", "edge.api.ApiServer"),
            "it is that of a Redis or a PostgreSQL, which serves all tests of a class, or of which a test opens several clients",
            Set.of(
                    "archive.postgres.PostgresArchives",
                    "auth.session.RedisSessions",
                    "store.redis.RedisStores",
                    "streams.redis.RedisStreamsFixture"),
            "it is that of a program, or of a measurement, which starts with a fresh one",
            Set.of(
                    "app.process.HaltingProcess",
                    "archive.WaitingAmendmentsBench",
                    "archive.postgres.PostgresArchiveBench",
                    "archive.postgres.PostgresIndexBench",
                    "broadcast.expiry.EndingMessagesBench",
                    "forked.ArchiveCostBench",
                    "forked.ClusterFigures",
                    "forked.FanOutCost",
                    "forked.FloodBench",
                    "forked.HandshakeBench",
                    "forked.HostileFlood",
                    "forked.MinimalBroadcaster",
                    "forked.StallBench",
                    "http.outgoing.OutgoingBench",
                    "ratelimit.AdmissionCost",
                    "streams.redis.ForkBench",
                    "streams.redis.ReplicaAcksBench",
                    "streams.redis.RedisRestBench"));

    @ArchTest
    static void classes_that_make_a_vertx_are_only_those_argued_here(JavaClasses classes) {
        List<String> makers = classes.stream()
                .filter(VertxOfTestsTest::makesVertx)
                .map(VertxOfTestsTest::topLevel)
                .distinct()
                .toList();
        assertThat(makers)
                .as("all others take it from VertxExtension; one that no longer makes a Vertx leaves the list")
                .containsExactlyInAnyOrderElementsOf(
                        ARGUED.values().stream().flatMap(Set::stream).toList());
    }

    /** By a call, or by a reference to the method. */
    private static boolean makesVertx(JavaClass type) {
        return type.getCodeUnitAccessesFromSelf().stream()
                .map(JavaAccess::getTarget)
                .anyMatch(target ->
                        target.getOwner().isEquivalentTo(Vertx.class) && FACTORIES.contains(target.getName()));
    }

    private static String topLevel(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getName().substring(ROOT.length());
    }
}
